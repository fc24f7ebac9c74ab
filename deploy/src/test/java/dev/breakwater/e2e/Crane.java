package dev.breakwater.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The crane program, logged in, with which tests make the images that they need. */
final class Crane {
  private final Path directory;

  Crane(Path directory) {
    this.directory = directory;
  }

  static Crane loggedIn(BreakwaterProcess breakwater, Path directory) {
    Crane crane = new Crane(directory);
    crane
        .run("auth", "login", breakwater.registry())
        .append("--username", "admin", "--password", breakwater.adminPassword())
        .succeed();
    return crane;
  }

  Command run(Object... words) {
    return Command.client("crane", words).with("DOCKER_CONFIG", directory.resolve("crane"));
  }

  /** Pushes an image of one layer that holds a file with a text. */
  void pushImage(String image, String text) throws IOException {
    Path files = Files.createTempDirectory(directory, "layer");
    Files.writeString(files.resolve("text"), text);
    Path layer = directory.resolve(files.getFileName() + ".tar.gz");
    Command.of("tar", "-C", files, "-czf", layer, "text").succeed();
    run("append", "--oci-empty-base", "--new_layer", layer, "--new_tag", image).succeed();
  }

  /** Pushes an index of one image for amd64 and one for arm64. */
  void pushIndex(String index) throws IOException {
    Command append = run("index", "append", "--tag", index);
    for (String architecture : new String[] {"amd64", "arm64"}) {
      String image = index + "-" + architecture;
      pushImage(image, architecture);
      run("mutate", image, "--set-platform", "linux/" + architecture, "--tag", image).succeed();
      append.append("--manifest", image);
    }
    append.succeed();
  }

  String digest(String image) {
    return run("digest", image).succeed().strip();
  }
}
