package dev.breakwater.core.systemconfig;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Settings that the operator fixes by environment variables: {@code CONFIG_OVERWRITE_JSON}, an
 * object as {@code PUT /configurations} takes it (Harbor's), and over it {@code
 * BREAKWATER_CONFIG_LDAP_URL} and so on, one for each setting.
 */
public final class ConfigurationOverwrite {
  public static final String JSON = "CONFIG_OVERWRITE_JSON";
  public static final String PREFIX = "BREAKWATER_CONFIG_";

  private ConfigurationOverwrite() {}

  /** Whether the variable is one of these. */
  public static boolean owns(String variable) {
    return variable.equals(JSON) || variable.startsWith(PREFIX);
  }

  /**
   * Reads them from the environment; an empty variable counts as not set.
   *
   * @param mistakes gets a sentence for each variable that cannot be used, without its value
   */
  public static ConfigurationChange read(
      Map<String, String> environment, Consumer<String> mistakes) {
    Map<ConfigurationItem, String> values = new EnumMap<>(ConfigurationItem.class);
    new TreeMap<>(environment)
        .forEach((name, text) -> {
          if (name.equals(JSON) && !text.isBlank()) {
            readObject(text, values, mistakes);
          }
        });
    new TreeMap<>(environment)
        .forEach((name, text) -> {
          if (name.startsWith(PREFIX) && !text.isEmpty()) {
            readOne(name, text, values, mistakes);
          }
        });
    return new ConfigurationChange(values);
  }

  private static void readObject(
      String text, Map<ConfigurationItem, String> values, Consumer<String> mistakes) {
    try {
      JsonValue value = Json.parse(text.getBytes(UTF_8));
      if (value.isObject()) {
        values.putAll(ConfigurationChange.parse(value).values());
      } else {
        mistakes.accept(JSON + ": must be a JSON object");
      }
    } catch (JsonException e) {
      mistakes.accept(JSON + ": is not JSON");
    } catch (RegistryException e) {
      mistakes.accept(JSON + ": " + e.getMessage());
    }
  }

  private static void readOne(
      String name, String text, Map<ConfigurationItem, String> values, Consumer<String> mistakes) {
    String key = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    List<ConfigurationItem> found = ConfigurationItem.find(key).stream().toList();
    if (found.isEmpty()) {
      mistakes.accept(name + ": there is no setting '" + key + "' of the management API");
    }
    for (ConfigurationItem item : found) {
      try {
        values.put(item, ConfigurationChange.parse(item, text));
      } catch (RegistryException e) {
        mistakes.accept(name + ": " + e.getMessage());
      }
    }
  }
}
