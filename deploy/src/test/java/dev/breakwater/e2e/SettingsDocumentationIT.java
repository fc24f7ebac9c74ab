package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README and the distribution's settings file say is what the program does. */
final class SettingsDocumentationIT {
  private static final Pattern COMMENTED = Pattern.compile("(?m)^#(?=[a-z0-9.-]+: )");

  @TempDir private Path directory;

  @Test
  void theSettingsFileHasEverySettingWithItsDefault() throws IOException {
    String text = Files.readString(BreakwaterProcess.distribution().resolve("conf/breakwater.yml"));
    Path file =
        Files.writeString(
            directory.resolve("breakwater.yml"), COMMENTED.matcher(text).replaceAll(""));

    String described = breakwater("config", "--config", file).replaceAll("  # .*", "");

    assertThat(described).isEqualTo(breakwater("config"));
    assertThat(text.lines().filter(line -> COMMENTED.matcher(line).find()))
        .hasSameSizeAs(described.lines().toList());
  }

  @Test
  void theReadmeHasEverySetting() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));

    List<String> keys =
        breakwater("config").lines().map(line -> line.substring(0, line.indexOf(':'))).toList();

    assertThat(keys)
        .isNotEmpty()
        .allSatisfy(key -> assertThat(readme).contains("| `" + key + "` |"));
  }

  private static String breakwater(Object... words) {
    return Command.of(BreakwaterProcess.program()).append(words).succeed();
  }
}
