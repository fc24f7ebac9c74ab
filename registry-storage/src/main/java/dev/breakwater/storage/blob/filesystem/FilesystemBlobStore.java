package dev.breakwater.storage.blob.filesystem;

import dev.breakwater.core.adoption.ObjectListing;
import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobContent;
import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.verify.StoredBlobs;
import dev.breakwater.storage.blob.BlobDriver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Blobs as files. The root may be a volume that several replicas share: nothing is locked, rows
 * decide what counts.
 *
 * <p>All work is done on the scheduler that is handed in; durable renames are grouped, see {@link
 * CommitGroup}.
 */
public final class FilesystemBlobStore implements BlobDriver {
  private static final Logger log = LoggerFactory.getLogger(FilesystemBlobStore.class);
  private static final int REPLAY_BUFFER = 256 * 1024;

  /** Larger uploads sync their bytes by themselves, in parallel, before they join the group. */
  private static final long SMALL = 1024 * 1024;

  private final BlobPaths paths;
  private final Scheduler scheduler;
  private final Optional<LinuxFiles> linux;
  private final CommitGroup commits;

  private FilesystemBlobStore(
      BlobPaths paths, Scheduler scheduler, Optional<LinuxFiles> linux, CommitGroup commits) {
    this.paths = paths;
    this.scheduler = scheduler;
    this.linux = linux;
    this.commits = commits;
  }

  /**
   * Opens the store, making its folders when they are missing. Blocks.
   *
   * @param scheduler runs file operations; several threads, never an event loop
   */
  public static FilesystemBlobStore open(Path root, Scheduler scheduler) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    BlobPaths paths = new BlobPaths(absolute);
    Files.createDirectories(paths.uploads());
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      makeBuckets(absolute, paths.algorithm(algorithm));
    }
    Optional<LinuxFiles> linux = LinuxFiles.of(absolute);
    Optional<FileSystemSync> sync =
        linux.isPresent() ? FileSystemSync.open(linux.get(), absolute) : Optional.empty();
    return new FilesystemBlobStore(paths, scheduler, linux, new CommitGroup(sync));
  }

  @Override
  public Mono<Long> stat(Digest digest) {
    return onScheduler(() -> SharedVolume.read(paths.data(digest), Files::size));
  }

  @Override
  public Mono<BlobContent> open(Digest digest) {
    return onScheduler(() -> SharedVolume.read(paths.data(digest), FilesystemBlobStore::openFile))
        .doOnDiscard(BlobContent.LocalFile.class, FilesystemBlobStore::closeQuietly)
        .cast(BlobContent.class);
  }

  @Override
  public Mono<Long> append(UploadId upload, long offset, BlobBody body) {
    return Mono.defer(() -> body.drainTo(new UploadFileSink(paths.upload(upload), offset, linux)))
        .map(written -> offset + written)
        .onErrorResume(IOException.class, error -> giveUp(upload, offset, error));
  }

  /**
   * What a full disk had no room for is not kept: the beginning of it would be in the way of
   * smaller uploads until this one expires.
   */
  private Mono<Long> giveUp(UploadId upload, long offset, IOException cause) {
    RegistryException error = StorageErrors.translate(cause);
    Mono<Long> answer = Mono.error(error);
    return error.code() == ErrorCode.STORAGE_FULL
        ? onScheduler(() -> truncate(linux, paths.upload(upload), offset))
            .onErrorComplete(IOException.class)
            .then(answer)
        : answer;
  }

  private static long truncate(Optional<LinuxFiles> linux, Path file, long length)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
      RoomAhead.trim(linux, file, length);
      return length;
    }
  }

  @Override
  public Mono<Long> uploaded(UploadId upload) {
    return onScheduler(() -> SharedVolume.read(paths.upload(upload), FilesystemBlobStore::sizeOf))
        .defaultIfEmpty(0L);
  }

  @Override
  public Mono<Void> replay(UploadId upload, long length, BlobSink sink) {
    return onScheduler(
            () -> {
              replayBlocking(paths.upload(upload), length, sink);
              return length;
            })
        .then();
  }

  @Override
  public Mono<Void> commit(UploadId upload, Digest digest, long size) {
    Path file = paths.upload(upload);
    return onScheduler(() -> prepare(linux, file, size))
        .flatMap(synced ->
            Mono.fromFuture(() -> commits.commit(file, paths.folder(digest), synced), true)
                .publishOn(scheduler))
        .onErrorMap(IOException.class, StorageErrors::translate)
        .then();
  }

  @Override
  public Mono<Void> abort(UploadId upload) {
    return onScheduler(() -> Files.deleteIfExists(paths.upload(upload))).then();
  }

  @Override
  public Mono<Void> delete(Digest digest) {
    return onScheduler(
            () -> {
              boolean deleted = Files.deleteIfExists(paths.data(digest));
              Files.deleteIfExists(paths.folder(digest));
              return deleted;
            })
        .then();
  }

  /** What still writes to the file goes on writing to one that has no name any more. */
  @Override
  public Mono<Void> seize(UploadId upload) {
    return onScheduler(
            () -> {
              Path file = paths.upload(upload);
              Path copy = paths.uploads().resolve(upload + "." + UUID.randomUUID());
              try {
                Files.copy(file, copy);
                Files.move(
                    copy,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
                return true;
              } catch (NoSuchFileException e) {
                return false;
              } finally {
                Files.deleteIfExists(copy);
              }
            })
        .then();
  }

  /** Those whose rows were lost with the machine. */
  @Override
  public Mono<Long> removeStaleUploads(Duration age, Instant now) {
    return onScheduler(() -> removeOlderThan(now.minus(age)));
  }

  @Override
  public StoredBlobs files() {
    return new FilesystemStoredBlobs(paths, scheduler);
  }

  @Override
  public Optional<ObjectListing> listing() {
    return Optional.of(new FolderListing(paths.registry(), scheduler));
  }

  /** Finishes running commits and stops. */
  @Override
  public void close() throws IOException {
    commits.close();
  }

  private <T> Mono<T> onScheduler(Callable<@Nullable T> work) {
    return Mono.fromCallable(work)
        .subscribeOn(scheduler)
        .onErrorMap(IOException.class, StorageErrors::translate);
  }

  /** Another registry, whose folder this may have been, makes them only when it needs them. */
  private static void makeBuckets(Path root, Path algorithm) throws IOException {
    Files.createDirectories(algorithm);
    boolean made = false;
    for (int i = 0; i < 256; i++) {
      Path bucket = algorithm.resolve(HexFormat.of().toHexDigits((byte) i));
      if (!Files.isDirectory(bucket)) {
        Files.createDirectories(bucket);
        made = true;
      }
    }
    Path folder = algorithm;
    while (made && folder != null && folder.startsWith(root)) {
      CommitGroup.syncFolder(folder);
      folder = folder.getParent();
    }
  }

  /** By opening it: a volume shared by replicas tells the true length only then. */
  private static Long sizeOf(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.size();
    }
  }

  private static BlobContent.LocalFile openFile(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return new BlobContent.LocalFile(channel, channel.size());
  }

  private static void closeQuietly(BlobContent.LocalFile content) {
    try {
      content.close();
    } catch (IOException e) {
      log.debug("a blob that nobody reads did not close", e);
    }
  }

  private static void replayBlocking(Path file, long length, BlobSink sink) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(REPLAY_BUFFER);
      ByteBuffer[] batch = {buffer};
      long remaining = length;
      while (remaining > 0) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), remaining));
        int read = channel.read(buffer);
        if (read < 0) {
          break;
        }
        remaining -= read;
        buffer.flip();
        sink.write(batch, 1);
      }
    } finally {
      sink.close();
    }
  }

  /** Checks the length, and syncs large uploads here, where many can do so at a time. */
  private static boolean prepare(Optional<LinuxFiles> linux, Path file, long size)
      throws IOException {
    if (size == 0) {
      Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.size() < size) {
        throw new IOException(
            "upload " + file.getFileName() + " has " + channel.size() + " bytes, not " + size);
      }
      channel.truncate(size);
      RoomAhead.trim(linux, file, size);
      if (size > SMALL) {
        channel.force(false);
        return true;
      }
      return false;
    }
  }

  private long removeOlderThan(Instant instant) throws IOException {
    long removed = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(paths.uploads())) {
      for (Path file : files) {
        Optional<Instant> modified = lastModified(file);
        if (modified.isPresent() && modified.get().isBefore(instant)) {
          removed += Files.deleteIfExists(file) ? 1 : 0;
        }
      }
    }
    return removed;
  }

  private static Optional<Instant> lastModified(Path file) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(file).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
