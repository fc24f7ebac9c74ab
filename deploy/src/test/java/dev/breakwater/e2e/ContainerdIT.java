package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Containerd, by its own client ctr. */
@ExtendWith(SharedBreakwater.class)
final class ContainerdIT {
  @TempDir private static Path directory;
  private static ServerProcess containerd;

  @BeforeAll
  static void startContainerd() throws IOException {
    ClientProgram.requireRoot();
    Path configuration =
        Files.writeString(
            directory.resolve("config.toml"),
            """
            version = 2
            root = "%1$s/root"
            state = "%1$s/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "%1$s/socket"
            """
                .formatted(directory));
    containerd =
        ServerProcess.start(
            List.of(
                ClientProgram.require("containerd").toString(),
                "--config",
                configuration.toString()),
            Map.of(),
            directory,
            directory.resolve("containerd.log"));
    containerd.awaitLog(Duration.ofSeconds(30), log -> log.contains("successfully booted"));
  }

  @AfterAll
  static void stopContainerd() {
    if (containerd != null) {
      containerd.close();
    }
  }

  @Test
  void pullsAnImageAndPushesItUnderAnotherName(BreakwaterProcess breakwater) throws IOException {
    Crane crane = Crane.loggedIn(breakwater, directory);
    String image = breakwater.registry() + "/library/containerd:1";
    String copy = breakwater.registry() + "/library/containerd-copy:1";
    crane.pushImage(image, "pulled by containerd");
    String credentials = "admin:" + breakwater.adminPassword();

    ctr("images", "pull", "--plain-http", "--user", credentials, "--snapshotter", "native", image)
        .succeed();
    ctr("images", "tag", image, copy).succeed();
    ctr("images", "push", "--plain-http", "--user", credentials, copy).succeed();

    assertThat(crane.digest(copy)).isEqualTo(crane.digest(image));
  }

  @Test
  void pullsAPublicImageWithoutCredentials(BreakwaterProcess breakwater) throws IOException {
    String image = breakwater.registry() + "/library/containerd-public:1";
    Crane.loggedIn(breakwater, directory).pushImage(image, "public");

    String pulled =
        ctr("images", "pull", "--plain-http", "--snapshotter", "native", image).succeed();

    assertThat(pulled).contains("done");
  }

  private static Command ctr(Object... words) {
    return Command.client("ctr", "--address", directory.resolve("socket")).append(words);
  }
}
