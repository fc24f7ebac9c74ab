package dev.breakwater.core.manifest;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import java.util.List;

/**
 * A manifest that another registry keeps among its blobs, and what has to be here before it can be
 * pushed.
 *
 * @param blobs the config, if there is one, and the layers
 * @param children what an index names
 */
public record ForeignManifest(
    Digest digest, byte[] bytes, List<Descriptor> blobs, List<Descriptor> children) {
  public ForeignManifest {
    blobs = List.copyOf(blobs);
    children = List.copyOf(children);
  }

  /**
   * @throws RegistryException DIGEST_INVALID if these are not its bytes, MANIFEST_INVALID
   */
  public static ForeignManifest parse(Digest digest, byte[] bytes) {
    Digest actual = Digest.compute(digest.algorithm(), bytes);
    if (!actual.equals(digest)) {
      throw new RegistryException(
          ErrorCode.DIGEST_INVALID, "it is damaged: its bytes have the digest " + actual);
    }
    ManifestDocument document = ManifestParser.parse("", bytes);
    return new ForeignManifest(digest, bytes, document.blobs(), document.children());
  }
}
