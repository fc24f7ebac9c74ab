package dev.breakwater.storage.blob.filesystem;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.verify.Pace;
import dev.breakwater.core.verify.Section;
import dev.breakwater.core.verify.StoredBlob;
import dev.breakwater.core.verify.StoredBlobs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The files of the blob store for those who verify them.
 *
 * <p>A file that leaves is renamed into {@code aside} first. Whether it is the one that was meant
 * is certain only there; if a push had put another one in its place a moment before, that one is
 * linked back under its name, which fails if yet another one is there already.
 */
final class FilesystemStoredBlobs implements StoredBlobs {
  /** How much is read at a time. */
  private static final int STEP = 4 * 1024 * 1024;

  private static final String ATTRIBUTES = "unix:size,lastModifiedTime,ctime,ino";

  private final BlobPaths paths;
  private final Scheduler scheduler;

  FilesystemStoredBlobs(BlobPaths paths, Scheduler scheduler) {
    this.paths = paths;
    this.scheduler = scheduler;
  }

  @Override
  public Flux<List<StoredBlob>> list(Section section, int size) {
    return Flux.using(
        () -> Files.newDirectoryStream(bucket(section)),
        folders ->
            Flux.fromIterable(folders)
                .mapNotNull(folder -> digest(section, folder))
                .buffer(size)
                .concatMap(digests -> onScheduler(() -> look(digests)), 1)
                .subscribeOn(scheduler),
        FilesystemStoredBlobs::close);
  }

  @Override
  public Mono<Long> countForeign(Section section) {
    return onScheduler(() -> {
      long count = 0;
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(bucket(section))) {
        for (Path folder : folders) {
          count += digest(section, folder) == null ? 1 : 0;
        }
      }
      return count;
    });
  }

  @Override
  public Mono<StoredBlob> find(Digest digest) {
    return onScheduler(() -> look(digest, paths.data(digest)).orElse(null));
  }

  @Override
  public Mono<Digest> hash(Digest digest, Pace pace) {
    return Mono.using(
            () -> FileChannel.open(paths.data(digest), StandardOpenOption.READ),
            channel -> hash(channel, digest.algorithm(), pace),
            FilesystemStoredBlobs::close)
        .subscribeOn(scheduler)
        .onErrorComplete(NoSuchFileException.class);
  }

  private Mono<Digest> hash(FileChannel channel, DigestAlgorithm algorithm, Pace pace) {
    MessageDigest hash = algorithm.newMessageDigest();
    ByteBuffer buffer = ByteBuffer.allocate(STEP / 16);
    return onScheduler(() -> read(channel, buffer, hash))
        .delayUntil(pace::take)
        .repeat()
        .takeUntil(count -> count < STEP)
        .then(Mono.fromSupplier(() -> Digest.of(algorithm, hash.digest())));
  }

  /** One step; less only at the end. */
  private static long read(FileChannel channel, ByteBuffer buffer, MessageDigest hash)
      throws IOException {
    long count = 0;
    while (count < STEP) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), STEP - count));
      int read = channel.read(buffer);
      if (read < 0) {
        break;
      }
      count += read;
      hash.update(buffer.flip());
    }
    return count;
  }

  @Override
  public Mono<String> quarantine(StoredBlob file) {
    return onScheduler(() -> {
      Optional<Path> aside = setAside(file);
      return aside.isEmpty() ? null : keep(file.digest(), aside.get()).toString();
    });
  }

  @Override
  public Mono<Boolean> remove(StoredBlob file) {
    return onScheduler(() -> {
      Optional<Path> aside = setAside(file);
      if (aside.isPresent()) {
        Files.delete(aside.get());
      }
      return aside.isPresent();
    });
  }

  @Override
  public Mono<Long> putBack() {
    return onScheduler(() -> {
      long count = 0;
      if (Files.isDirectory(paths.aside())) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(paths.aside())) {
          for (Path file : left) {
            count += putBack(file) ? 1 : 0;
          }
        }
      }
      return count;
    });
  }

  /** Its name is the algorithm, the hex and a random id, with hyphens between. */
  private boolean putBack(Path aside) throws IOException {
    String[] name = aside.getFileName().toString().split("-", 3);
    Optional<DigestAlgorithm> algorithm = DigestAlgorithm.find(name[0]);
    if (algorithm.isEmpty() || name.length < 3) {
      return false;
    }
    putBack(new Digest(algorithm.get(), name[1]), aside);
    return true;
  }

  private Path bucket(Section section) {
    return paths.algorithm(section.algorithm()).resolve(section.prefix());
  }

  private static @Nullable Digest digest(Section section, Path folder) {
    String hex = folder.getFileName().toString();
    boolean ours =
        hex.length() == section.algorithm().hexLength()
            && hex.startsWith(section.prefix())
            && hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    return ours ? new Digest(section.algorithm(), hex) : null;
  }

  private List<StoredBlob> look(List<Digest> digests) throws IOException {
    List<StoredBlob> found = new ArrayList<>(digests.size());
    for (Digest digest : digests) {
      look(digest, paths.data(digest)).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<StoredBlob> look(Digest digest, Path file) throws IOException {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      FileTime written = attribute(attributes, "lastModifiedTime", FileTime.class);
      FileTime placed = attribute(attributes, "ctime", FileTime.class);
      FileTime later = written.compareTo(placed) > 0 ? written : placed;
      return Optional.of(
          new StoredBlob(
              digest,
              attribute(attributes, "size", Long.class),
              later.toInstant(),
              attribute(attributes, "ino", Long.class) + "@" + written.toInstant()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static <T> T attribute(Map<String, Object> attributes, String name, Class<T> type) {
    return type.cast(Objects.requireNonNull(attributes.get(name), name));
  }

  /** The file under its new name, if it was the one that was meant. */
  private Optional<Path> setAside(StoredBlob file) throws IOException {
    Digest digest = file.digest();
    Files.createDirectories(paths.aside());
    Path aside =
        paths
            .aside()
            .resolve(digest.algorithm().label() + "-" + digest.hex() + "-" + UUID.randomUUID());
    try {
      Files.move(paths.data(digest), aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Optional<StoredBlob> moved = look(digest, aside);
    if (moved.isPresent() && moved.get().identity().equals(file.identity())) {
      return Optional.of(aside);
    }
    putBack(digest, aside);
    return Optional.empty();
  }

  /** If another file is there meanwhile, this one is kept in the quarantine. */
  private void putBack(Digest digest, Path aside) throws IOException {
    Files.createDirectories(paths.folder(digest));
    try {
      Files.createLink(paths.data(digest), aside);
      Files.delete(aside);
      CommitGroup.syncFolder(paths.folder(digest));
    } catch (FileAlreadyExistsException e) {
      keep(digest, aside);
    }
  }

  private Path keep(Digest digest, Path aside) throws IOException {
    Path folder = paths.quarantine().resolve(digest.algorithm().label());
    Files.createDirectories(folder);
    Path kept = folder.resolve(digest.hex() + "-" + UUID.randomUUID());
    Files.move(aside, kept, StandardCopyOption.ATOMIC_MOVE);
    CommitGroup.syncFolder(folder);
    return kept;
  }

  private <T> Mono<T> onScheduler(Callable<@Nullable T> work) {
    return Mono.fromCallable(work).subscribeOn(scheduler);
  }

  private static void close(AutoCloseable open) {
    try {
      open.close();
    } catch (Exception e) {
      throw new IllegalStateException("what was only read did not close", e);
    }
  }
}
