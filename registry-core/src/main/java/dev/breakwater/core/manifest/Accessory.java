package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.Tag;
import java.util.List;
import java.util.Optional;

/**
 * That an artifact belongs to another one: a signature, a bill of materials, anything that refers
 * to it. It lives and goes with that one, which need not be there yet.
 *
 * @param subject what it belongs to
 * @param type the word in the management API, such as {@code signature.cosign}
 */
public record Accessory(Digest subject, String type) {
  private static final String COSIGN = "signature.cosign";
  private static final String OTHER = "subject.accessory";
  private static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
  private static final List<String> TAG_ENDINGS = List.of(".sig", ".att", ".sbom");

  /**
   * Told by the manifest's {@code subject}, else by a tag of cosign's scheme: {@code
   * sha256-HEX.sig} (sigstore/cosign, "Signature Specification").
   */
  static Optional<Accessory> of(ManifestDocument document, List<Tag> tags) {
    if (document.subject().isPresent()) {
      return Optional.of(new Accessory(document.subject().get(), bySubject(document)));
    }
    return tags.stream().flatMap(tag -> byTag(document, tag.value()).stream()).findFirst();
  }

  private static String bySubject(ManifestDocument document) {
    return switch (document.artifactType().orElse("")) {
      case "application/vnd.dev.cosign.artifact.sig.v1+json",
          "application/vnd.dev.sigstore.bundle.v0.3+json" ->
          COSIGN;
      case "application/vnd.cncf.notary.signature" -> "signature.notation";
      case "application/vnd.goharbor.harbor.sbom.v1" -> "sbom.harbor";
      default ->
          document.annotations().containsKey("containerd.io/snapshot/nydus-source-digest")
              ? "accelerator.nydus"
              : OTHER;
    };
  }

  private static Optional<Accessory> byTag(ManifestDocument document, String tag) {
    Optional<String> ending = TAG_ENDINGS.stream().filter(tag::endsWith).findFirst();
    int hexEnd = tag.length() - ending.orElse("").length();
    if (ending.isEmpty() || !tag.startsWith("sha256-") || hexEnd != "sha256-".length() + 64) {
      return Optional.empty();
    }
    String hex = tag.substring("sha256-".length(), hexEnd);
    if (!hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      return Optional.empty();
    }
    boolean signed =
        document.blobs().stream().map(Descriptor::mediaType).anyMatch(SIMPLE_SIGNING::equals);
    return Optional.of(
        new Accessory(new Digest(DigestAlgorithm.SHA256, hex), signed ? COSIGN : OTHER));
  }
}
