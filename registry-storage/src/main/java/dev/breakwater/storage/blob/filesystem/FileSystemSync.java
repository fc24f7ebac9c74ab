package dev.breakwater.storage.blob.filesystem;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code syncfs(2)}: makes everything that was written to one file system durable with one call.
 */
final class FileSystemSync implements AutoCloseable {
  private final LinuxFiles linux;
  private final int descriptor;

  private FileSystemSync(LinuxFiles linux, int descriptor) {
    this.linux = linux;
    this.descriptor = descriptor;
  }

  /** Empty where single files and folders have to be synced instead. */
  static Optional<FileSystemSync> open(LinuxFiles linux, Path root) throws IOException {
    int descriptor = linux.open(root, LinuxFiles.O_RDONLY);
    return descriptor < 0 ? Optional.empty() : Optional.of(new FileSystemSync(linux, descriptor));
  }

  void sync() throws IOException {
    if (linux.sync(descriptor) != 0) {
      throw new IOException("syncfs failed: the file system reports an error of writing");
    }
  }

  @Override
  public void close() throws IOException {
    linux.close(descriptor);
  }
}
