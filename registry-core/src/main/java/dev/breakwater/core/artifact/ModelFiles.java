package dev.breakwater.core.artifact;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of a model, told by the annotations of its layers (CNCF ModelPack). */
final class ModelFiles {
  private ModelFiles() {}

  /** A JSON array of names, types and sizes. */
  static String of(JsonValue manifest) {
    List<Map<String, Object>> files =
        manifest.get("layers").elements().stream()
            .filter(layer -> !path(layer).isEmpty())
            .map(ModelFiles::file)
            .toList();
    return Json.writeText(files);
  }

  private static Map<String, Object> file(JsonValue layer) {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("name", path(layer));
    file.put("type", "file");
    file.put("size", layer.get("size").wholeNumber().orElse(0));
    return file;
  }

  /** Empty if the layer names none. */
  static String path(JsonValue layer) {
    JsonValue annotations = layer.get("annotations");
    return annotations
        .get("org.cncf.model.filepath")
        .text()
        .or(() -> annotations.get("org.cnai.model.filepath").text())
        .orElse("");
  }
}
