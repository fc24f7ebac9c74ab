package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Skopeo, which stands for everything that is built on containers/image. */
@ExtendWith(SharedBreakwater.class)
final class SkopeoIT {
  @TempDir private Path directory;
  private Crane crane;
  private String credentials;
  private String repository;

  @BeforeEach
  void logIn(BreakwaterProcess breakwater) {
    crane = Crane.loggedIn(breakwater, directory);
    credentials = "admin:" + breakwater.adminPassword();
    repository = breakwater.registry() + "/library/skopeo";
  }

  @Test
  void copiesAnIndexWithAllItsPlatforms() throws IOException {
    crane.pushIndex(repository + ":index");
    String copy = repository + "-copy:index";

    skopeo("copy", "--all", "--src-tls-verify=false", "--dest-tls-verify=false")
        .append("--src-creds", credentials, "--dest-creds", credentials)
        .append("docker://" + repository + ":index", "docker://" + copy)
        .succeed();

    // Skopeo writes the index anew, but its images as they are.
    for (String platform : new String[] {"linux/amd64", "linux/arm64"}) {
      assertThat(platformDigest(copy, platform))
          .isEqualTo(platformDigest(repository + ":index", platform));
    }
    assertThat(crane.run("validate", "--remote", copy).succeed()).contains("PASS");
  }

  @Test
  void inspectsAndDeletes() throws IOException {
    String image = repository + "-deleted:1";
    crane.pushImage(image, "deleted");

    assertThat(one("inspect", "docker://" + image).succeed()).contains(crane.digest(image));
    one("delete", "docker://" + image).succeed();

    assertThat(one("inspect", "docker://" + image).fail()).contains("manifest unknown");
  }

  @Test
  void synchronisesARepositoryIntoAFolder() throws IOException {
    crane.pushImage(repository + "-synced:1", "one");
    crane.pushImage(repository + "-synced:2", "two");

    skopeo("sync", "--src", "docker", "--dest", "dir", "--src-tls-verify=false")
        .append("--src-creds", credentials, repository + "-synced", directory.resolve("synced"))
        .succeed();

    assertThat(directory.resolve("synced/skopeo-synced:1/manifest.json")).isNotEmptyFile();
    assertThat(directory.resolve("synced/skopeo-synced:2/manifest.json")).isNotEmptyFile();
  }

  @Test
  void synchronisesAFolderIntoTheRegistry() throws IOException {
    crane.pushImage(repository + "-origin:1", "there and back");
    Path folder = Files.createDirectory(directory.resolve("folder"));
    skopeo("copy", "--src-tls-verify=false", "--src-creds", credentials)
        .append("docker://" + repository + "-origin:1", "dir:" + folder.resolve("restored:1"))
        .succeed();

    skopeo("sync", "--src", "dir", "--dest", "docker", "--dest-tls-verify=false")
        .append("--dest-creds", credentials, folder, repository)
        .succeed();

    assertThat(crane.digest(repository + "/restored:1"))
        .isEqualTo(crane.digest(repository + "-origin:1"));
  }

  private String platformDigest(String index, String platform) {
    return crane.run("digest", "--platform", platform, index).succeed();
  }

  private Command one(String verb, String image) {
    return skopeo(verb, "--tls-verify=false", "--creds", credentials, image);
  }

  private static Command skopeo(Object... words) {
    return Command.client("skopeo", "--insecure-policy").append(words);
  }
}
