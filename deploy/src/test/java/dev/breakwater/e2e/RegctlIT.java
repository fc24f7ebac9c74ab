package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Regclient's regctl. */
@ExtendWith(SharedBreakwater.class)
final class RegctlIT {
  private static final String TYPE = "application/vnd.example.note";

  @TempDir private Path directory;
  private Crane crane;
  private String repository;

  @BeforeEach
  void logIn(BreakwaterProcess breakwater) throws IOException {
    crane = Crane.loggedIn(breakwater, directory);
    repository = breakwater.registry() + "/library/regctl";
    regctl("registry", "set", "--tls", "disabled", "--skip-check", breakwater.registry()).succeed();
    regctl("registry", "login", breakwater.registry(), "--user", "admin", "--pass-stdin")
        .input(Files.writeString(directory.resolve("password"), breakwater.adminPassword()))
        .succeed();
  }

  @Test
  void listsReferrers() throws IOException {
    crane.pushImage(repository + ":subject", "subject");
    regctl("artifact", "put", "--artifact-type", TYPE, "--subject", repository + ":subject")
        .input(Files.writeString(directory.resolve("note"), "a note"))
        .succeed();

    assertThat(regctl("artifact", "list", repository + ":subject").succeed()).contains(TYPE);
  }

  @Test
  void removesATagAndLeavesItsManifest() throws IOException {
    crane.pushImage(repository + ":kept", "two tags");
    crane.run("tag", repository + ":kept", "removed").succeed();

    regctl("tag", "rm", repository + ":removed").succeed();

    assertThat(regctl("tag", "ls", repository).succeed().lines())
        .contains("kept")
        .doesNotContain("removed");
    regctl("manifest", "get", repository + ":kept").succeed();
  }

  private Command regctl(Object... words) {
    return Command.client("regctl", words).with("REGCTL_CONFIG", directory.resolve("regctl.json"));
  }
}
