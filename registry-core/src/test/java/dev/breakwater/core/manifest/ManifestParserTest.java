package dev.breakwater.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.MediaTypes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestParserTest {
  private static final String A = "sha256:" + "a".repeat(64);
  private static final String B = "sha256:" + "b".repeat(64);

  @Test
  void readsAnImageManifest() {
    ManifestDocument document =
        parse(
            MediaTypes.OCI_MANIFEST,
            """
            {"schemaVersion":2,"mediaType":"%s",
             "config":{"mediaType":"application/x.config","digest":"%s","size":2},
             "layers":[{"mediaType":"application/x.layer","digest":"%s","size":3}],
             "subject":{"mediaType":"%s","digest":"%s","size":4},
             "annotations":{"k":"v"},"unknown":{"deep":[1,2,3]}}
            """
                .formatted(MediaTypes.OCI_MANIFEST, A, B, MediaTypes.OCI_MANIFEST, B));

    assertThat(document.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(document.artifactType()).contains("application/x.config");
    assertThat(document.blobs()).extracting(Descriptor::size).containsExactly(2L, 3L);
    assertThat(document.children()).isEmpty();
    assertThat(document.subject()).isPresent();
    assertThat(document.annotations()).containsEntry("k", "v");
  }

  @Test
  void prefersTheManifestsOwnArtifactType() {
    ManifestDocument document =
        parse(
            MediaTypes.OCI_MANIFEST,
            """
            {"schemaVersion":2,"artifactType":"application/x.artifact",
             "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},
             "layers":[]}
            """
                .formatted(A));

    assertThat(document.artifactType()).contains("application/x.artifact");
  }

  @Test
  void readsAnIndexWithoutMediaTypeAndPlatforms() {
    ManifestDocument document =
        parse(
            MediaTypes.OCI_INDEX,
            "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"%s\",\"size\":9}]}".formatted(A));

    assertThat(document.children()).hasSize(1);
    assertThat(document.artifactType()).isEmpty();
  }

  @Test
  void acceptsAnEmptyIndex() {
    assertThat(parse(MediaTypes.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[]}").children())
        .isEmpty();
  }

  @Test
  void marksLayersThatMayLiveElsewhere() {
    ManifestDocument document =
        parse(
            MediaTypes.OCI_MANIFEST,
            """
            {"schemaVersion":2,"config":{"mediaType":"c","digest":"%1$s","size":2},
             "layers":[{"mediaType":"l","digest":"%1$s","size":1,"urls":["https://example.com"]},
                       {"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar",
                        "digest":"%1$s","size":1},
                       {"mediaType":"l","digest":"%1$s","size":1,"urls":[]}]}
            """
                .formatted(A));

    assertThat(document.blobs())
        .extracting(Descriptor::remote)
        .containsExactly(false, true, true, false);
  }

  @Test
  void takesTheMediaTypeFromInsideWhenTheRequestNamesNone() {
    assertThat(parse("", "{\"schemaVersion\":2,\"manifests\":[]}").mediaType())
        .isEqualTo(MediaTypes.OCI_INDEX);
    assertThat(parse("", "{\"mediaType\":\"application/x.own\",\"anything\":true}").mediaType())
        .isEqualTo("application/x.own");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{} {}",
        "{\"schemaVersion\":2,\"schemaVersion\":2}",
        "{\"schemaVersion\":1,\"config\":{}}",
        "{\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"config\":null,\"layers\":[]}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":7,\"size\":1}}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:short\",\"size\":1}}",
        "{\"schemaVersion\":2,\"config\":\"text\"}",
        "{\"schemaVersion\":2,\"mediaType\":\"application/other\"}",
      })
  void refusesWhatIsNoManifest(String json) {
    assertInvalid(json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "1e400", "99999999999999999999", "\"1\"", "null"})
  void refusesSizesThatAreNoNumberOfBytes(String size) {
    assertInvalid(
        "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"c\",\"digest\":\"%s\",\"size\":%s}}"
            .formatted(A, size));
  }

  @Test
  void refusesDeepNestingQuickly() {
    assertInvalid("{\"a\":".repeat(1000) + "1" + "}".repeat(1000));
    assertInvalid("{\"x\":" + "[".repeat(1_000_000));
  }

  @Test
  void refusesAMillionLayers() {
    String layer = "{\"digest\":\"" + A + "\",\"size\":1},";
    assertInvalid(
        "{\"schemaVersion\":2,\"config\":{\"digest\":\""
            + A
            + "\",\"size\":1},\"layers\":["
            + layer.repeat(30_000)
            + "{}]}");
  }

  @Test
  void refusesMediaTypesThatBreakHeaders() {
    assertInvalid(
        "{\"schemaVersion\":2,\"artifactType\":\"a\\u0000b\",\"config\":{\"digest\":\"%s\",\"size\":1}}"
            .formatted(A));
  }

  @Test
  void refusesSchema1() {
    assertThatThrownBy(() ->
            parse(
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
                "{\"schemaVersion\":1}"))
        .hasMessageContaining("schema 1");
  }

  private static void assertInvalid(String json) {
    assertThatThrownBy(() -> parse(MediaTypes.OCI_MANIFEST, json))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_INVALID));
  }

  private static ManifestDocument parse(String mediaType, String json) {
    return ManifestParser.parse(mediaType, json.getBytes(StandardCharsets.UTF_8));
  }
}
