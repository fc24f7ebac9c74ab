package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the registry needs to know of a manifest. The manifest itself is kept byte for byte.
 *
 * @param mediaType without parameters
 * @param artifactType what referrers are filtered by: the manifest's {@code artifactType}, else the
 *     config's media type, else empty (OCI distribution-spec, "Listing Referrers")
 * @param config the config, if there is one
 * @param blobs the config, if there is one, and the layers
 * @param children what an index names: manifests and, in build caches, blobs
 * @param subject the manifest that this one refers to; it need not exist
 */
public record ManifestDocument(
    String mediaType,
    Optional<String> artifactType,
    Optional<Descriptor> config,
    List<Descriptor> blobs,
    List<Descriptor> children,
    Optional<Digest> subject,
    Map<String, String> annotations) {
  public ManifestDocument {
    blobs = List.copyOf(blobs);
    children = List.copyOf(children);
    annotations = Map.copyOf(annotations);
  }
}
