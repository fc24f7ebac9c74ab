package dev.breakwater.core.artifact;

import java.util.Locale;

/** What an artifact is, told by the media type of its config. */
public final class ArtifactType {
  private static final String UNKNOWN = "UNKNOWN";
  private static final String PREFIX = "application/vnd.";

  private ArtifactType() {}

  /**
   * The word in the management API, such as {@code IMAGE} or {@code CHART}.
   *
   * @param mediaType the manifest's own
   * @param configType the config's, or the artifact type; empty if the manifest tells none
   */
  public static String of(String mediaType, String configType) {
    return switch (configType) {
      case "application/vnd.oci.image.config.v1+json",
          "application/vnd.docker.container.image.v1+json" ->
          "IMAGE";
      case "application/vnd.cncf.helm.config.v1+json" -> "CHART";
      case "" -> isIndex(mediaType) ? "IMAGE" : UNKNOWN;
      default -> named(configType);
    };
  }

  private static boolean isIndex(String mediaType) {
    return mediaType.equals("application/vnd.oci.image.index.v1+json")
        || mediaType.equals("application/vnd.docker.distribution.manifest.list.v2+json");
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
    return dot < 0 || dot == front.length() - 1
        ? UNKNOWN
        : front.substring(dot + 1).toUpperCase(Locale.ROOT);
  }
}
