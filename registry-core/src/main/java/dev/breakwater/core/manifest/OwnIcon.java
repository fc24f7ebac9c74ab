package dev.breakwater.core.manifest;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the layer of a manifest that is the artifact's picture: one with an annotation of Harbor.
 */
final class OwnIcon {
  static final String ANNOTATION = "io.goharbor.artifact.v1alpha1.icon";

  private static final byte[] BYTES = ANNOTATION.getBytes(StandardCharsets.US_ASCII);

  private OwnIcon() {}

  /** Empty if there is none. A layer that need not be here is none: it could be anybody's. */
  static Optional<Digest> of(byte[] manifest) {
    if (!contains(manifest)) {
      return Optional.empty();
    }
    return Json.parse(manifest).get("layers").elements().stream()
        .filter(layer -> !layer.get("annotations").get(ANNOTATION).isAbsent())
        .filter(OwnIcon::isHere)
        .flatMap(layer -> layer.get("digest").text().stream())
        .findFirst()
        .map(Digest::parse);
  }

  private static boolean isHere(JsonValue layer) {
    return layer.get("urls").size() == 0
        && !MediaTypes.isNonDistributable(layer.get("mediaType").text().orElse(""));
  }

  /** Most manifests have none, and are not read twice. */
  private static boolean contains(byte[] manifest) {
    for (int i = 0; i <= manifest.length - BYTES.length; i++) {
      if (manifest[i] == BYTES[0]
          && Arrays.equals(manifest, i, i + BYTES.length, BYTES, 0, BYTES.length)) {
        return true;
      }
    }
    return false;
  }
}
