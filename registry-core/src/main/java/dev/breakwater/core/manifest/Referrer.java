package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Digest;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest that names another one as its subject.
 *
 * @param size in bytes
 */
public record Referrer(
    Digest digest,
    String mediaType,
    long size,
    Optional<String> artifactType,
    Map<String, String> annotations) {
  public Referrer {
    annotations = Map.copyOf(annotations);
  }
}
