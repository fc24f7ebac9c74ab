package dev.breakwater.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the first program of a run unpacked, for the data directories of all that come later: to
 * unpack PostgreSQL takes more processor time than everything else that a start does.
 */
final class UnpackedPostgres {
  private static final String NAME = "pg-bin";
  private static final Path KEPT =
      BreakwaterProcess.distribution()
          .resolveSibling("unpacked-postgres-" + System.getProperty("e2e.fork", "alone"));

  private static boolean kept;

  private UnpackedPostgres() {}

  /** Puts it into a data directory that has none, if there is any yet. */
  static synchronized void lend(Path dataDirectory) {
    if (kept && !Files.exists(dataDirectory)) {
      try {
        Files.createDirectories(dataDirectory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      copy(KEPT, dataDirectory.resolve(NAME));
    }
  }

  /** Of a program that is ready. */
  static synchronized void keep(Path dataDirectory) {
    Path unpacked = dataDirectory.resolve(NAME);
    if (!kept && Files.isDirectory(unpacked)) {
      Command.of("rm", "-rf", KEPT).succeed();
      copy(unpacked, KEPT);
      kept = true;
    }
  }

  /** By links where both are on one file system. */
  private static void copy(Path from, Path to) {
    Command.of("sh", "-c", "cp -al \"$0\" \"$1\" 2> /dev/null || cp -a \"$0\" \"$1\"", from, to)
        .succeed();
  }
}
