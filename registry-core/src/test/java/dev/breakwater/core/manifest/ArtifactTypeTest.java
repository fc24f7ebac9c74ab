package dev.breakwater.core.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArtifactTypeTest {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  @ParameterizedTest
  @CsvSource({
    "application/vnd.oci.image.config.v1+json, IMAGE",
    "application/vnd.docker.container.image.v1+json, IMAGE",
    "application/vnd.cncf.helm.config.v1+json, CHART",
    "application/vnd.cnab.manifest.v1, CNAB",
    "application/vnd.wasm.config.v1+json, WASM",
    "application/vnd.goharbor.harbor.sbom.v1, SBOM",
    "application/vnd.cncf.model.config.v1+json, CNAI",
    "application/vnd.acme.rocket.config.v1+json, ROCKET",
    "application/vnd.oci.empty.v1+json, UNKNOWN"
  })
  void isToldByTheConfig(String configType, String type) {
    assertThat(type(MANIFEST, config(configType))).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource({
    "module.wasm.image/variant, compat, WASM",
    "module.wasm.image/variant, other, IMAGE",
    "run.oci.handler, wasm, WASM",
    "run.oci.handler, krun, IMAGE"
  })
  void isToldByAnnotationsOfModules(String annotation, String value, String type) {
    String manifest =
        "\"annotations\": {\"%s\": \"%s\"}, %s"
            .formatted(annotation, value, config("application/vnd.oci.image.config.v1+json"));

    assertThat(type(MANIFEST, manifest)).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource({"'', IMAGE", "application/vnd.acme.rocket.config.v1+json, ROCKET"})
  void isAnImageForAnIndexThatSaysNothing(String artifactType, String type) {
    String declared = artifactType.isEmpty() ? "" : "\"artifactType\": \"" + artifactType + "\",";

    assertThat(type(INDEX, declared + "\"manifests\": []")).isEqualTo(type);
  }

  private static String config(String type) {
    return "\"config\": {\"mediaType\": \"%s\", \"digest\": \"sha256:%s\", \"size\": 2}, \"layers\": []"
        .formatted(type, "0".repeat(64));
  }

  private static String type(String mediaType, String members) {
    String json = "{\"schemaVersion\": 2, \"mediaType\": \"" + mediaType + "\", " + members + "}";
    return ArtifactType.of(ManifestParser.parse(mediaType, json.getBytes(UTF_8)));
  }
}
