package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.adoption.AdoptionOptions;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.verify.VerifyOptions;
import dev.breakwater.http.app.config.LogFormat;
import dev.breakwater.http.app.config.LogLevel;
import dev.breakwater.http.app.config.LogSettings;
import dev.breakwater.http.app.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir private Path folder = Path.of("");

  private final List<Settings> served = new ArrayList<>();
  private final List<LogSettings> logged = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void servesWithTheSettingsOfTheDistribution() throws IOException {
    Files.createDirectory(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf").resolve("breakwater.yml"), "http.port: 5000\n");

    assertThat(run(Map.of(), "serve")).isZero();

    assertThat(served).singleElement().extracting(s -> s.http().port()).isEqualTo(5000);
    assertThat(logged).containsExactly(new LogSettings(LogFormat.TEXT, LogLevel.INFO));
  }

  @Test
  void readsTheFileThatIsNamedBeforeOrAfterTheSubcommand() throws IOException {
    Path file = Files.writeString(folder.resolve("my.yml"), "http.port: 5001\n");

    assertThat(run(Map.of(), "serve", "--config", file.toString())).isZero();
    assertThat(run(Map.of(), "--config=" + file, "serve")).isZero();

    assertThat(served).extracting(s -> s.http().port()).containsExactly(5001, 5001);
  }

  @Test
  void endsWith78AndEveryMistakeWhenTheSettingsAreWrong() {
    for (String command : List.of("serve", "config", "token-root")) {
      int status = run(Map.of("BREAKWATER_HTTP_PORT", "x", "BREAKWATER_NONSENSE", "1"), command);

      assertThat(status).isEqualTo(78);
      assertThat(err.toString())
          .contains("  http.port: 'x' is not", "  BREAKWATER_NONSENSE: there is no setting")
          .doesNotContain("Exception");
    }
    assertThat(served).isEmpty();
  }

  @Test
  void printsTheVersionWithoutLookingAtTheSettings() {
    assertThat(run(Map.of("BREAKWATER_HTTP_PORT", "x"), "version")).isZero();

    assertThat(out.toString()).matches("breakwater \\d+\\.\\d+\\.\\d+\\S*\\n");
  }

  @Test
  void printsTheEffectiveSettings() {
    assertThat(run(Map.of("BREAKWATER_ADMIN_PASSWORD", "Harbour12345"), "config")).isZero();

    assertThat(out.toString()).contains("http.port: 8080\n").doesNotContain("Harbour12345");
  }

  @Test
  void printsTheTokenRoot() {
    assertThat(run(Map.of(), "token-root")).isZero();

    assertThat(out.toString()).isEqualTo("-----BEGIN CERTIFICATE-----\n");
  }

  @Test
  void tellsHowItIsUsed() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(out.toString()).contains("serve", "version", "config", "token-root", "--config");

    assertThat(run(Map.of())).isEqualTo(64);
    assertThat(run(Map.of(), "sevre")).isEqualTo(64);
    assertThat(err.toString()).contains("sevre");
  }

  @Test
  void saysInASentenceWhyItCannotStart() {
    int status = run(Map.of("BREAKWATER_DATA_DIR", "/taken"), "serve");

    assertThat(status).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("breakwater: /taken is in use by process 4711\n");
  }

  private int run(Map<String, String> environment, String... arguments) {
    return new Main(new FakeProgram(), environment, Optional.of(folder), logged::add)
        .commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void collectsGarbageAsItIsTold() {
    int status = run(Map.of(), "gc", "--dry-run", "--delete-untagged");

    assertThat(status).isZero();
    assertThat(out.toString())
        .isEqualTo("with {delete_untagged=true, dry_run=true, purge_deleted=false}\n");
  }

  @Test
  void verifiesTheStorageAsItIsTold() {
    int status =
        run(Map.of(), "storage", "verify", "--rehash", "--dry-run", "--rate=7", "--read-rate=3");

    assertThat(status).isEqualTo(2);
    assertThat(out.toString())
        .isEqualTo("with " + new VerifyOptions(true, true, false, 7, 3 * 1024 * 1024) + "\n");
    assertThat(run(Map.of(), "storage", "verify")).isZero();
    assertThat(run(Map.of(), "storage", "verify", "--rate=0")).isEqualTo(64);
    assertThat(run(Map.of(), "storage")).isEqualTo(64);
  }

  @Test
  void adoptsAnotherRegistryAsItIsTold() {
    assertThat(run(Map.of(), "import", "distribution")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "with "
                + new AdoptionOptions(ProjectName.parse("library"), false, true, 512L << 20)
                + "\n");

    out.getBuffer().setLength(0);
    String[] words = {"--public", "--project=old", "--sizes-only", "--read-rate=1"};
    assertThat(run(Map.of(), "import", "distribution", words[0], words[1], words[2], words[3]))
        .isEqualTo(2);
    assertThat(out.toString())
        .isEqualTo(
            "with " + new AdoptionOptions(ProjectName.parse("old"), true, false, 1 << 20) + "\n");
    assertThat(run(Map.of(), "import", "distribution", "--project=No/Name")).isEqualTo(64);
    assertThat(run(Map.of(), "import", "distribution", "--read-rate=0")).isEqualTo(64);
    assertThat(run(Map.of(), "import")).isEqualTo(64);
  }

  @Test
  void keepsStandardOutputForTheExportItself() {
    assertThat(run(Map.of(), "db", "export", "-")).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).isEqualTo("exported to -\n");

    assertThat(run(Map.of(), "db", "export", "file")).isZero();
    assertThat(run(Map.of(), "db", "import", "file")).isZero();
    assertThat(out.toString()).isEqualTo("exported to file\nimported from file\n");
    assertThat(run(Map.of(), "db", "import")).isEqualTo(64);
  }

  private final class FakeProgram implements Program {
    @Override
    public int serve(Settings settings) throws IOException {
      if (settings.dataDirectory().equals(Path.of("/taken"))) {
        throw new IOException("/taken is in use by process 4711");
      }
      served.add(settings);
      return 0;
    }

    @Override
    public String tokenRoot(Settings settings) {
      return "-----BEGIN CERTIFICATE-----\n";
    }

    @Override
    public void resetPassword(Settings settings, String username, String password) {
      throw new AssertionError("no test here changes " + username);
    }

    @Override
    public void collectGarbage(
        Settings settings, Map<String, Object> parameters, Consumer<String> lines) {
      lines.accept("with " + new TreeMap<>(parameters));
    }

    @Override
    public boolean verifyStorage(Settings settings, VerifyOptions options, Consumer<String> lines) {
      lines.accept("with " + options);
      return !options.rehash();
    }

    @Override
    public boolean importDistribution(
        Settings settings, AdoptionOptions options, Consumer<String> lines) {
      lines.accept("with " + options);
      return options.compareDigests();
    }

    @Override
    public void exportDatabase(Settings settings, String target, Consumer<String> messages) {
      messages.accept("exported to " + target);
    }

    @Override
    public void importDatabase(Settings settings, String source, Consumer<String> messages) {
      messages.accept("imported from " + source);
    }
  }
}
