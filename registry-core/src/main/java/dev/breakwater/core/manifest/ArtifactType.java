package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.MediaTypes;
import java.util.Locale;
import java.util.Map;

/** What an artifact is, told by its media types and annotations. */
public final class ArtifactType {
  public static final String IMAGE = "IMAGE";
  public static final String CHART = "CHART";
  public static final String CNAB = "CNAB";
  public static final String WASM = "WASM";
  public static final String SBOM = "SBOM";
  public static final String CNAI = "CNAI";
  public static final String UNKNOWN = "UNKNOWN";

  private static final String PREFIX = "application/vnd.";
  private static final String COMPATIBLE = "compat";
  private static final String HANDLER = "wasm";

  private ArtifactType() {}

  /** The word in the management API, such as {@code IMAGE} or {@code CHART}. */
  static String of(ManifestDocument document) {
    Map<String, String> annotations = document.annotations();
    // As Harbor tells modules from images: both have an image's config.
    if (COMPATIBLE.equals(annotations.get("module.wasm.image/variant"))
        || HANDLER.equals(annotations.get("run.oci.handler"))) {
      return WASM;
    }
    String declared =
        annotations.getOrDefault(
            "org.opencontainers.artifactType", document.artifactType().orElse(""));
    return of(document.mediaType(), declared);
  }

  /**
   * @param mediaType the manifest's own
   * @param configType the config's, or the artifact type; empty if the manifest tells none
   */
  static String of(String mediaType, String configType) {
    return switch (configType) {
      case "application/vnd.oci.image.config.v1+json",
          "application/vnd.docker.container.image.v1+json" ->
          IMAGE;
      case "application/vnd.cncf.helm.config.v1+json" -> CHART;
      case "application/vnd.cnab.manifest.v1" -> CNAB;
      case "application/vnd.goharbor.harbor.sbom.v1" -> SBOM;
      case "application/vnd.cncf.model.config.v1+json",
          "application/vnd.cncf.model.manifest.v1+json" ->
          CNAI;
      case "" -> MediaTypes.isIndex(mediaType) ? IMAGE : UNKNOWN;
      default -> named(configType);
    };
  }

  /** X of {@code application/vnd.*.X.config.*+json}. */
  private static String named(String configType) {
    int config = configType.indexOf(".config.");
    boolean shaped =
        configType.startsWith(PREFIX) && config > PREFIX.length() && configType.endsWith("+json");
    if (!shaped) {
      return UNKNOWN;
    }
    String front = configType.substring(PREFIX.length(), config);
    int dot = front.lastIndexOf('.');
    return dot == front.length() - 1 ? UNKNOWN : front.substring(dot + 1).toUpperCase(Locale.ROOT);
  }
}
