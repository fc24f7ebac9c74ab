package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.app.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an export and an import say, beside a server that runs. */
final class DatabaseCommandTest {
  @TempDir private static Path home;
  private static RunningRegistry registry;

  private final List<String> lines = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    registry = RunningRegistry.start(home.resolve("data"), Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void exportsBesideTheServerAndNamesWhatElseIsNeeded() throws IOException {
    Path file = export("beside.tar.gz");

    assertThat(file).isNotEmptyFile();
    assertThat(file.resolveSibling("beside.tar.gz.unfinished")).doesNotExist();
    assertThat(lines.getLast()).contains("the secret key", "data/secret.key", "data/storage");
  }

  @Test
  void replacesAnEarlierExportOnlyWithAWholeOne() throws IOException {
    Path file = Files.writeString(home.resolve("again.tar.gz"), "the earlier one");

    assertThatThrownBy(() ->
            command("nowhere", Map.of("BREAKWATER_DATABASE_URL", "postgresql://u@127.0.0.1:1/x"))
                .exportTo(file.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be reached");
    assertThat(file).hasContent("the earlier one");

    export("again.tar.gz");
    assertThat(Files.size(file)).isGreaterThan(1000);
  }

  @Test
  void refusesToImportIntoTheServersDatabase() throws IOException {
    Path file = export("own.tar.gz");

    assertThatThrownBy(() -> command("data", Map.of()).importFrom(file.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The database is not empty");
  }

  @Test
  void tellsThatAnotherSecretKeyIsNeeded() throws IOException {
    Path file = export("key.tar.gz");

    command("missing", Map.of()).importFrom(file.toString());
    assertThat(lines.getLast()).contains("Before the first start", "missing/secret.key");

    command("wrong", Map.of("BREAKWATER_SECRET_KEY", "a-key-of-somebody-else-entirely-1234"))
        .importFrom(file.toString());
    assertThat(lines.getLast()).contains("is not the one of the exported installation");

    String key = Files.readString(home.resolve("data/secret.key")).strip();
    command("right", Map.of("BREAKWATER_SECRET_KEY", key)).importFrom(file.toString());
    assertThat(lines.getLast()).contains("rows imported");
  }

  @Test
  void saysWhatIsWrongWithTheFile() throws IOException {
    Path text = Files.writeString(home.resolve("text"), "no export at all");

    assertThatThrownBy(() -> command("fresh", Map.of()).importFrom(text.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage("This is no export of a Breakwater database.");
    assertThatThrownBy(() -> command("fresh", Map.of()).importFrom("/nowhere/at/all"))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no file /nowhere/at/all");
    assertThatThrownBy(() -> command("data", Map.of()).exportTo("/nowhere/at/all"))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no folder /nowhere/at");
  }

  private Path export(String name) throws IOException {
    Path file = home.resolve(name);
    command("data", Map.of()).exportTo(file.toString());
    return file;
  }

  private DatabaseCommand command(String directory, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("BREAKWATER_DATA_DIR", home.resolve(directory).toString());
    Settings settings =
        SettingsLoader.load(Optional.empty(), Optional.empty(), environment).settings();
    return new DatabaseCommand(settings, lines::add);
  }
}
