package dev.breakwater.http.app.config;

import dev.breakwater.http.app.config.Setting.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Secrets in files, as Kubernetes and Docker mount them: {@code BREAKWATER_DATABASE_PASSWORD_FILE}
 * names the file with the value of {@code database.password}. A line break at the end of the file
 * is no part of it.
 */
final class SecretFiles {
  private static final String SUFFIX = "_FILE";

  /** Larger than any key or URL. */
  private static final long MAX_SIZE = 64 * 1024;

  private final Map<String, Setting<?>> settings = new TreeMap<>();
  private final Consumer<String> mistakes;

  SecretFiles(Consumer<String> mistakes) {
    this.mistakes = mistakes;
    for (Setting<?> setting : SettingTable.ALL) {
      if (setting.visibility() != Visibility.SHOWN) {
        settings.put(setting.environmentName() + SUFFIX, setting);
      }
    }
  }

  /** Whether an environment variable names such a file. */
  boolean owns(String name) {
    return settings.containsKey(name);
  }

  /** The values, by the settings' keys. */
  Map<String, RawValue> read(Map<String, String> environment) {
    Map<String, RawValue> values = new LinkedHashMap<>();
    settings.forEach((name, setting) -> {
      String file = environment.getOrDefault(name, "");
      if (!file.isEmpty()) {
        if (!environment.getOrDefault(setting.environmentName(), "").isEmpty()) {
          mistakes.accept(name + ": " + setting.environmentName() + " is set as well");
        }
        read(name, file, setting.key(), values);
      }
    });
    return values;
  }

  private void read(String name, String file, String key, Map<String, RawValue> values) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MAX_SIZE) {
        mistakes.accept(name + ": " + file + " is too large for a secret");
        return;
      }
      String text = Files.readString(path).replaceFirst("\\R\\z", "");
      if (text.isEmpty()) {
        mistakes.accept(name + ": " + file + " is empty");
      } else {
        values.put(key, new RawValue(text, "file " + file));
      }
    } catch (IOException | InvalidPathException e) {
      mistakes.accept(name + ": " + file + " cannot be read");
    }
  }
}
