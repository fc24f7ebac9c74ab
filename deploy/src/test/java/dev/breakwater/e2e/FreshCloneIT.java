package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's two commands, as a newcomer types them: a clone in an empty folder, an empty home.
 *
 * <p>It downloads every library again and takes many minutes: {@code mvn verify -Pfresh-clone
 * -Dit.test=FreshCloneIT}.
 */
@EnabledIfSystemProperty(named = "e2e.fresh-clone", matches = "true")
final class FreshCloneIT {
  private static final Duration BUILD = Duration.ofMinutes(15);
  private static final Duration VERIFY = Duration.ofMinutes(45);

  @TempDir private Path directory;
  private Path clone;
  private Path home;

  @BeforeEach
  void cloneIntoAnEmptyFolder() throws IOException {
    clone = directory.resolve("breakwater");
    home = Files.createDirectory(directory.resolve("home"));
    String checkout = Command.of("git", "rev-parse", "--show-toplevel").succeed().strip();
    Command.of("git", "clone", "--no-local", "--quiet", checkout, clone).succeed();
  }

  @Test
  void buildsAndStartsByOneCommand() {
    int port = FreePort.find();
    try (ServerProcess server =
        ServerProcess.start(
            List.of("deploy/bin/breakwater", "serve"),
            Map.of(
                "HOME", home.toString(),
                "MAVEN_OPTS", mavenHome(),
                "BREAKWATER_HTTP_PORT", Integer.toString(port),
                "BREAKWATER_MANAGEMENT_PORT", Integer.toString(FreePort.find())),
            clone,
            directory.resolve("serve.log"))) {
      server.awaitLog(BUILD, log -> log.contains("Breakwater ready"));

      assertThat(server.log()).contains("building it with Maven").contains("docker login");
      assertThat(Command.of("git", "-C", clone, "status", "--porcelain").succeed()).isEmpty();
    }
  }

  @Test
  void passesItsOwnTests() {
    Command.of("mvn", "--batch-mode", "verify")
        .in(clone)
        .with("HOME", home)
        .with("MAVEN_OPTS", mavenHome())
        .with("E2E_TOOLS", ClientProgram.require("crane").resolve("../..").normalize())
        .within(VERIFY)
        .succeed();
  }

  /** Maven asks the system, not {@code HOME}, where its user lives. */
  private String mavenHome() {
    return "-Duser.home=" + home;
  }
}
