package dev.breakwater.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the programs that {@code deploy/test/install-clients} installs.
 *
 * <p>Where one is missing, its tests are skipped on a developer's machine and fail under {@code
 * CI}, so that a green build has really run them.
 */
final class ClientProgram {
  private static final boolean CI = System.getenv("CI") != null;

  private ClientProgram() {}

  /** The path of a program, or the end of the test. */
  static Path require(String name) {
    return find(name)
        .orElseGet(() -> missing(name + " is not installed: run deploy/test/install-clients"));
  }

  /** The folder of the newest PostgreSQL server's programs that Debian installed. */
  static Path requirePostgres() {
    return newestPostgres()
        .orElseGet(
            () -> missing("PostgreSQL's server is missing: run deploy/test/install-clients"));
  }

  /** Some programs (dockerd, containerd) only work for root. */
  static void requireRoot() {
    if (!"root".equals(System.getProperty("user.name"))) {
      missing("this test has to run as root");
    }
  }

  private static Optional<Path> find(String name) {
    return folders().stream()
        .map(each -> each.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Optional<Path> newestPostgres() {
    for (int major = 30; major >= 15; major--) {
      Path folder = Path.of("/usr/lib/postgresql/" + major + "/bin");
      if (Files.isExecutable(folder.resolve("postgres"))) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  private static List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    String tools = System.getenv("E2E_TOOLS");
    folders.add(
        tools == null
            ? Path.of(
                System.getenv().getOrDefault("HOME", "/"), ".cache", "breakwater-tools", "bin")
            : Path.of(tools, "bin"));
    for (String folder : System.getenv("PATH").split(":", -1)) {
      folders.add(Path.of(folder));
    }
    folders.add(Path.of("/usr/sbin"));
    return folders;
  }

  private static Path missing(String message) {
    if (CI) {
      return Assertions.fail(message);
    }
    return Assumptions.abort(message);
  }
}
