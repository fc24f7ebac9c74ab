package dev.breakwater.core.systemconfig;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The settings at one moment, secrets opened.
 *
 * @param values as text; an item that is missing has its fallback
 */
public record Configuration(Map<ConfigurationItem, String> values) {
  public static final Configuration DEFAULTS =
      new Configuration(new EnumMap<>(ConfigurationItem.class));

  public Configuration {
    values = Collections.unmodifiableMap(new EnumMap<>(values));
  }

  public String text(ConfigurationItem item) {
    return values.getOrDefault(item, item.fallback());
  }

  public boolean flag(ConfigurationItem item) {
    return Boolean.parseBoolean(text(item));
  }

  public long number(ConfigurationItem item) {
    return Long.parseLong(text(item));
  }

  /** Without the values: some are secret, and this may end up in a log. */
  @Override
  public String toString() {
    return "Configuration" + values.keySet();
  }
}
