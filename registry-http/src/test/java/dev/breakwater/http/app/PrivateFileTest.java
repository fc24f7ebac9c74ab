package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void makesAFileThatOnlyItsOwnerMayRead() throws IOException {
    PrivateFile file = new PrivateFile(folder.resolve("data").resolve("secret.key"));

    String line = file.readOrCreate(43);

    assertThat(line).matches("[A-Za-z0-9]{43}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder.resolve("data"))) {
      assertThat(files).containsExactly(file.path());
    }
  }

  @Test
  void keepsWhatIsThere() throws IOException {
    PrivateFile file = new PrivateFile(folder.resolve("admin-password"));
    Files.writeString(file.path(), "mine\n");

    assertThat(file.readOrCreate(20)).isEqualTo("mine");
    assertThat(file.read()).contains("mine");
    file.delete();
    assertThat(file.read()).isEmpty();
  }

  @Test
  void agreesOnOneLineWhenSeveralProgramsStartAtOnce() throws Exception {
    Path path = folder.resolve("secret.key");
    Callable<String> start = () -> new PrivateFile(path).readOrCreate(43);

    try (ExecutorService programs = Executors.newFixedThreadPool(8)) {
      var lines = programs.invokeAll(IntStream.range(0, 8).mapToObj(_ -> start).toList());

      assertThat(lines).extracting(Future::get).containsOnly(Files.readString(path).strip());
    }
  }
}
