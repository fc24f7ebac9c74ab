package dev.breakwater.core.manifest;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the management API tells of an artifact's config ({@code extra_attrs}). */
final class ConfigFacts {
  /** Configs of images that run have some KB. */
  static final int MAX_SIZE = 512 * 1024;

  private ConfigFacts() {}

  /**
   * A JSON object as text; an empty one if the config is none.
   *
   * @param type such as {@code IMAGE}; of an image a part, of every other artifact all of it
   */
  static String of(String type, byte[] config) {
    try {
      JsonValue root = Json.parse(config);
      if (!root.isObject()) {
        return "{}";
      }
      return type.equals(ArtifactType.IMAGE) ? Json.writeText(image(root)) : root.toString();
    } catch (JsonException e) {
      return "{}";
    }
  }

  private static Map<String, JsonValue> image(JsonValue root) {
    Map<String, JsonValue> facts = new LinkedHashMap<>();
    for (String name : new String[] {"architecture", "author", "config", "created", "os"}) {
      if (!root.get(name).isAbsent()) {
        facts.put(name, root.get(name));
      }
    }
    return facts;
  }
}
