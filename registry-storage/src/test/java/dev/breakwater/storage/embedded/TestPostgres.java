package dev.breakwater.storage.embedded;

import dev.breakwater.storage.datadirectory.DataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Starts servers for tests: their programs are unpacked once for all of a virtual machine. */
public final class TestPostgres {
  static final Path PROGRAMS =
      Path.of("target", "pg-bin-" + System.getProperty("test.fork", "alone")).toAbsolutePath();

  private TestPostgres() {}

  public static EmbeddedPostgres start(DataDirectory directory) {
    try {
      return EmbeddedPostgres.start(directory, PROGRAMS, Launcher.detect());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the server and removes its files, which are large. */
  public static void remove(EmbeddedPostgres postgres, Path folder) {
    postgres.closeAtOnce();
    try {
      PostgresBinaries.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
