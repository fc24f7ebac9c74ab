package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Google's crane. */
@ExtendWith(SharedBreakwater.class)
final class CraneIT {
  @TempDir private Path directory;
  private Crane crane;
  private String repository;

  @BeforeEach
  void logIn(BreakwaterProcess breakwater) {
    crane = Crane.loggedIn(breakwater, directory);
    repository = breakwater.registry() + "/library/crane";
  }

  @Test
  void validatesWhatItPushed() throws IOException {
    crane.pushImage(repository + ":image", "validated");

    assertThat(crane.run("validate", "--remote", repository + ":image").succeed()).contains("PASS");
  }

  @Test
  void validatesAnIndexOfTwoPlatforms() throws IOException {
    crane.pushIndex(repository + ":index");

    assertThat(crane.run("validate", "--remote", repository + ":index").succeed()).contains("PASS");
    assertThat(crane.run("manifest", repository + ":index").succeed())
        .contains("amd64")
        .contains("arm64");
  }

  @Test
  void listsTagsAndRepositories(BreakwaterProcess breakwater) throws IOException {
    crane.pushImage(repository + ":listed", "listed");

    assertThat(crane.run("ls", repository).succeed()).contains("listed");
    assertThat(crane.run("catalog", breakwater.registry()).succeed()).contains("library/crane");
  }

  @Test
  void copiesToAnotherRepositoryAndDeletesThere() throws IOException {
    crane.pushImage(repository + ":origin", "copied");
    String copy = repository + "-copy:1";

    crane.run("copy", repository + ":origin", copy).succeed();

    assertThat(crane.digest(copy)).isEqualTo(crane.digest(repository + ":origin"));
    crane.run("delete", repository + "-copy@" + crane.digest(copy)).succeed();
    assertThat(crane.run("digest", copy).fail()).contains("404");
    assertThat(crane.run("validate", "--remote", repository + ":origin").succeed())
        .contains("PASS");
  }
}
