package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Buildah: an image built on a pulled one. */
@ExtendWith(SharedBreakwater.class)
final class BuildahIT {
  @TempDir private Path directory;

  @Test
  void buildsOnAPulledImageAndPushesTheResult(BreakwaterProcess breakwater) throws IOException {
    String base = breakwater.registry() + "/library/buildah:base";
    String built = breakwater.registry() + "/library/buildah:built";
    String credentials = "admin:" + breakwater.adminPassword();
    Crane crane = Crane.loggedIn(breakwater, directory);
    crane.pushImage(base, "below");
    Path file = Files.writeString(directory.resolve("added"), "above");

    String container =
        buildah("from", "--tls-verify=false", "--creds", credentials, base).succeed().strip();
    buildah("copy", container, file, "/added").succeed();
    buildah("commit", container, built).succeed();
    buildah("push", "--tls-verify=false", "--creds", credentials, built).succeed();

    assertThat(crane.run("validate", "--remote", built).succeed()).contains("PASS");
    Path content = directory.resolve("content.tar");
    crane.run("export", built, content).succeed();
    assertThat(Command.of("tar", "-xOf", content, "text").succeed()).isEqualTo("below");
    assertThat(Command.of("tar", "-xOf", content, "added").succeed()).isEqualTo("above");
  }

  private Command buildah(Object... words) {
    return Command.client("buildah", "--storage-driver", "vfs")
        .append("--root", directory.resolve("root"), "--runroot", directory.resolve("run"))
        .append(words)
        .with("TMPDIR", directory);
  }
}
