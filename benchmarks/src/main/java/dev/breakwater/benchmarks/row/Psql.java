package dev.breakwater.benchmarks.row;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes straight into the embedded database of a registry that runs. */
final class Psql {
  private Psql() {}

  /**
   * Runs a script and waits for its end.
   *
   * @param data the registry's data directory
   * @return what it printed
   */
  static String run(Path data, String script) throws IOException, InterruptedException {
    Path database = data.resolve("postgres");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                "psql",
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--set=ON_ERROR_STOP=1",
                "--host=" + database.resolve("run").toAbsolutePath(),
                "--username=breakwater",
                "--dbname=postgres"));
    builder.environment().put("PGPASSWORD", Files.readString(database.resolve("password")).strip());
    Process psql = builder.redirectErrorStream(true).start();
    try (var input = psql.getOutputStream()) {
      input.write(script.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (psql.waitFor() != 0) {
      throw new IOException("psql failed: " + output.strip());
    }
    return output.strip();
  }
}
