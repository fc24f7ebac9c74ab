package dev.breakwater.http.api.artifact;

import dev.breakwater.core.artifact.Artifact;
import dev.breakwater.core.oci.MediaTypes;
import java.util.List;

/** What can be read of an artifact beside itself, by its type. */
final class Additions {
  private Additions() {}

  static List<String> of(Artifact artifact) {
    return switch (artifact.type()) {
      case "IMAGE" ->
          MediaTypes.isIndex(artifact.mediaType()) ? List.of() : List.of("build_history");
      case "CHART" -> List.of("values.yaml", "readme.md", "dependencies");
      case "CNAI" -> List.of("license", "readme.md", "files");
      default -> List.of();
    };
  }
}
