package dev.breakwater.storage.blob.filesystem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes finished uploads durable under their final names, many at a time.
 *
 * <p>One thread takes whatever has queued up while it was busy: under load the groups grow by
 * themselves, alone a commit does not wait. A member of the group goes through
 *
 * <ol>
 *   <li>its bytes on disk, unless the whole group is synced in step 3;
 *   <li>{@code mkdir} of the digest's folder and atomic rename into it;
 *   <li>the new entry, and the folder's own entry in the two-hex folder, on disk: one sync for
 *       every folder that the group touched, or one {@code syncfs} for all of the group's bytes and
 *       entries.
 * </ol>
 *
 * <p>Renaming bytes that are not on disk yet is safe only where nothing was before: until the rows
 * are committed, after step 3, nobody reads the new name, and a crash leaves at most a file that no
 * row knows. Where a file is replaced, its successor's bytes are synced first.
 *
 * <p>{@code syncfs} also writes what others have written, so what it costs depends on the rest of
 * the machine. Both ways are timed, and the one that has been cheaper of late for a group of this
 * size is taken; {@code syncfs} gets another chance after {@link #SECOND_CHANCE}.
 */
final class CommitGroup implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CommitGroup.class);
  private static final int MAX_GROUP = 256;
  private static final double WORTH = 4;
  private static final Duration SECOND_CHANCE = Duration.ofSeconds(30);

  /** What is assumed of one commit's own syncs until they were timed. */
  private static final Duration USUAL = Duration.ofMillis(10);

  private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final Optional<FileSystemSync> fileSystem;
  private final Thread thread;
  private volatile boolean closed;

  // Used by the thread alone.
  private double nanosOfOne = USUAL.toNanos();
  private double nanosTogether;
  private long lastTogether;

  /**
   * @param fileSystem how to sync the whole file system, where that is possible
   */
  CommitGroup(Optional<FileSystemSync> fileSystem) {
    this.fileSystem = fileSystem;
    this.thread = Thread.ofPlatform().name("blob-commit").daemon().start(this::run);
  }

  /**
   * Puts an upload in its final place.
   *
   * @param synced whether its bytes are on disk already
   * @return completes when the file survives a power cut
   */
  CompletableFuture<Void> commit(Path upload, Path folder, boolean synced) {
    Entry entry = new Entry(upload, folder, synced, new CompletableFuture<>());
    queue.add(entry);
    if (closed) {
      entry.done().completeExceptionally(new IOException("the store is closed"));
    }
    return entry.done();
  }

  /** Finishes what was handed over and stops. */
  @Override
  public void close() throws IOException {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (fileSystem.isPresent()) {
      fileSystem.get().close();
    }
  }

  private void run() {
    List<Entry> group = new ArrayList<>();
    while (true) {
      group.clear();
      Entry first = next();
      if (first == null) {
        return;
      }
      group.add(first);
      queue.drainTo(group, MAX_GROUP - 1);
      commitAll(group);
    }
  }

  private @Nullable Entry next() {
    while (true) {
      try {
        return closed ? queue.poll() : queue.take();
      } catch (InterruptedException e) {
        if (!closed) {
          log.debug("interrupted while open", e);
        }
      }
    }
  }

  private void commitAll(List<Entry> group) {
    boolean together = syncTogether(group);
    long start = System.nanoTime();
    List<Entry> placed = new ArrayList<>(group.size());
    for (Entry entry : group) {
      try {
        place(entry, together);
        placed.add(entry);
      } catch (IOException | RuntimeException e) {
        entry.done().completeExceptionally(e);
      }
    }
    if (together) {
      syncFileSystem(placed);
    } else {
      syncFolders(placed);
    }
    learn(together, System.nanoTime() - start, group.size());
  }

  private void learn(boolean together, long nanos, int size) {
    if (together) {
      nanosTogether = average(nanosTogether, nanos);
      lastTogether = System.nanoTime();
    } else {
      nanosOfOne = average(nanosOfOne, (double) nanos / size);
    }
  }

  /** Of about the last five. */
  private static double average(double before, double now) {
    return before == 0 ? now : before + (now - before) / 5;
  }

  private boolean syncTogether(List<Entry> group) {
    return fileSystem.isPresent()
        && (nanosTogether <= WORTH * nanosOfOne * group.size()
            || System.nanoTime() - lastTogether > SECOND_CHANCE.toNanos());
  }

  private static void place(Entry entry, boolean syncedLater) throws IOException {
    Path target = entry.folder().resolve("data");
    if (!entry.synced() && (!syncedLater || Files.exists(target))) {
      syncData(entry.upload());
    }
    try {
      Files.createDirectory(entry.folder());
    } catch (FileAlreadyExistsException e) {
      log.trace("{} is there already", entry.folder());
    }
    Files.move(
        entry.upload(),
        target,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void syncFileSystem(List<Entry> placed) {
    try {
      fileSystem.orElseThrow().sync();
      placed.forEach(entry -> entry.done().complete(null));
    } catch (IOException | RuntimeException e) {
      placed.forEach(entry -> entry.done().completeExceptionally(e));
    }
  }

  private static void syncFolders(List<Entry> placed) {
    Map<Path, @Nullable IOException> synced = new LinkedHashMap<>();
    for (Entry entry : placed) {
      syncOnce(entry.folder(), synced);
      syncOnce(entry.bucket(), synced);
    }
    for (Entry entry : placed) {
      IOException failure = synced.get(entry.folder());
      IOException other = failure == null ? synced.get(entry.bucket()) : failure;
      if (other == null) {
        entry.done().complete(null);
      } else {
        entry.done().completeExceptionally(other);
      }
    }
  }

  private static void syncOnce(Path folder, Map<Path, @Nullable IOException> synced) {
    if (synced.containsKey(folder)) {
      return;
    }
    try {
      syncFolder(folder);
      synced.put(folder, null);
    } catch (IOException e) {
      synced.put(folder, e);
    }
  }

  /** On Linux a folder can be opened for reading and synced like a file. */
  static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The bytes and what is needed to read them back, not the times of the file. */
  static void syncData(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(false);
    }
  }

  private record Entry(Path upload, Path folder, boolean synced, CompletableFuture<Void> done) {
    Path bucket() {
      return java.util.Objects.requireNonNull(folder.getParent());
    }
  }
}
