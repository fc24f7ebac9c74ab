package dev.breakwater.storage.blob.filesystem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads files that other machines put there, on NFS and the like.
 *
 * <p>A client of such a volume remembers for some seconds which names there are, and which file a
 * name stands for. So a file that another replica has just put there may seem to be missing, until
 * the folder is opened, which asks the server anew; and one that was replaced is refused as stale
 * (ESTALE), until its name is looked up again.
 */
final class SharedVolume {
  private static final int ATTEMPTS = 3;

  private SharedVolume() {}

  /** Null when there is no such file. */
  static <T> @Nullable T read(Path file, Reading<T> reading) throws IOException {
    boolean refreshed = false;
    for (int attempt = 1; ; attempt++) {
      try {
        return reading.read(file);
      } catch (NoSuchFileException e) {
        if (refreshed) {
          return null;
        }
        refresh(file);
        refreshed = true;
      } catch (IOException e) {
        if (!isStale(e) || attempt >= ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Opens the folders above, the outer one first. */
  private static void refresh(Path file) throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      return;
    }
    for (Path each : new @Nullable Path[] {folder.getParent(), folder}) {
      try {
        if (each != null) {
          Files.newDirectoryStream(each).close();
        }
      } catch (NoSuchFileException e) {
        return;
      }
    }
  }

  static boolean isStale(IOException error) {
    return String.valueOf(error.getMessage()).contains("Stale file handle");
  }

  /**
   * @param <T> what is read
   */
  interface Reading<T> {
    T read(Path file) throws IOException;
  }
}
