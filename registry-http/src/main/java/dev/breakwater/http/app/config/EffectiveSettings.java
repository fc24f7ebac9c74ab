package dev.breakwater.http.app.config;

import java.util.Map;

/** The settings, and for each where it comes from. */
public final class EffectiveSettings {
  private final Settings settings;
  private final Map<String, RawValue> values;

  EffectiveSettings(Settings settings, Map<String, RawValue> values) {
    this.settings = settings;
    this.values = Map.copyOf(values);
  }

  public Settings settings() {
    return settings;
  }

  /** A line for each setting, in the form of {@code breakwater.yml}; secrets are masked. */
  public String print() {
    StringBuilder lines = new StringBuilder();
    for (Setting<?> setting : SettingTable.ALL) {
      RawValue value = values.getOrDefault(setting.key(), new RawValue("", RawValue.DEFAULT));
      lines.append(setting.key()).append(": ").append(scalar(setting.masked(value.text())));
      if (!value.origin().equals(RawValue.DEFAULT)) {
        lines.append("  # ").append(value.origin());
      }
      lines.append('\n');
    }
    return lines.toString();
  }

  /** Quoted where YAML would read something else. */
  private static String scalar(String text) {
    return text.matches("[A-Za-z0-9./][A-Za-z0-9._/:@-]*") && !text.endsWith(":")
        ? text
        : "'" + text.replace("'", "''").replaceAll("\\s", " ") + "'";
  }
}
