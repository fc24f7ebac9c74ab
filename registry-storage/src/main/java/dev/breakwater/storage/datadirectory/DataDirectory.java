package dev.breakwater.storage.datadirectory;

import dev.breakwater.storage.StorageUnusableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code data.dir}, locked for this process until it is closed.
 *
 * <p>The lock is the kernel's, on the file {@code breakwater.lock}: it goes with the process
 * however that ends. The file also holds the process's id, which is only what a second process
 * tells its operator. Blob storage that replicas share is not guarded by it.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK_FILE = "breakwater.lock";

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes the folder if need be (mode 0700) and locks it.
   *
   * @throws StorageUnusableException when it cannot be made or written, or when another process has
   *     it
   */
  public static DataDirectory open(Path directory) {
    return switch (attempt(directory)) {
      case Attempt.Opened(DataDirectory opened) -> opened;
      case Attempt.InUse(Path path, String owner) -> throw inUse(path, owner);
    };
  }

  /**
   * The same for a command that can also work beside the server.
   *
   * @return empty when another process has it
   */
  public static Optional<DataDirectory> openUnlessInUse(Path directory) {
    return switch (attempt(directory)) {
      case Attempt.Opened(DataDirectory opened) -> Optional.of(opened);
      case Attempt.InUse _ -> Optional.empty();
    };
  }

  private static Attempt attempt(Path directory) {
    try {
      return lock(create(directory));
    } catch (AccessDeniedException e) {
      throw new StorageUnusableException(
          "The data directory "
              + directory
              + " cannot be written: permission denied on "
              + e.getFile()
              + ". Give it to the user who runs this program or set data.dir.",
          e);
    } catch (FileAlreadyExistsException e) {
      throw new StorageUnusableException(
          "The data directory " + directory + " is not a folder. Set data.dir to one.", e);
    } catch (IOException e) {
      throw new StorageUnusableException(
          "The data directory " + directory + " cannot be used: " + e.getMessage() + ".", e);
    }
  }

  /** The folder, without symbolic links. */
  public Path path() {
    return path;
  }

  /** Lets another process have it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StorageUnusableException("The lock of " + path + " cannot be given back.", e);
    }
  }

  private static Path create(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return directory.toRealPath();
  }

  private static Attempt lock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK_FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException _) {
      // Stays open on purpose: closing any channel of the file would drop this process's own lock.
      return new Attempt.InUse(path, Long.toString(ProcessHandle.current().pid()));
    }
    if (lock == null) {
      String owner = read(channel);
      channel.close();
      return new Attempt.InUse(path, owner);
    }
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
        0);
    return new Attempt.Opened(new DataDirectory(path, channel));
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(32);
    channel.read(text, 0);
    return StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
  }

  private static StorageUnusableException inUse(Path path, String owner) {
    return new StorageUnusableException(
        "The data directory "
            + path
            + " is in use by the process "
            + (owner.isEmpty() ? "that just started" : owner)
            + ". Stop that one first, or give this one another data.dir.");
  }

  /** What came of locking the folder. */
  private sealed interface Attempt {
    record Opened(DataDirectory directory) implements Attempt {}

    /** By this process, as far as it is known. */
    record InUse(Path path, String owner) implements Attempt {}
  }
}
