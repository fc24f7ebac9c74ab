package dev.breakwater.storage.embedded;

import dev.breakwater.storage.StorageUnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes of an earlier PostgreSQL that still use the data files, and the file it leaves when it
 * is killed.
 *
 * <p>Whoever calls this holds the lock of the data directory, so what it finds belongs to nobody.
 * Every process of a PostgreSQL server has the data files' folder as its working directory; that
 * tells them apart from a process that merely got the id in {@code postmaster.pid}, which
 * PostgreSQL itself would take for a running server and refuse to start.
 */
final class LeftoverPostgres {
  private static final Logger log = LoggerFactory.getLogger(LeftoverPostgres.class);

  /** Usually it is stopping already: it was told when its parent died. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path files;

  private LeftoverPostgres(Path files) {
    this.files = files;
  }

  /** Returns when no process uses the files. */
  static void clear(Path files) throws IOException, InterruptedException {
    new LeftoverPostgres(files).clear();
  }

  private void clear() throws IOException, InterruptedException {
    if (isUsed()) {
      log.info("an earlier PostgreSQL still uses {}, waiting for its end", files);
      Optional<Long> postmaster = PostgresProcess.recordedPid(files);
      if (await()
          || signal("INT", process -> postmaster.equals(Optional.of(process.pid())))
          || signal("QUIT", _ -> true)
          || signal("KILL", _ -> true)) {
        log.info("it ended");
      } else {
        throw new StorageUnusableException(
            "The data files "
                + files
                + " are in use by PostgreSQL processes that do not end: "
                + using().stream().map(process -> Long.toString(process.pid())).toList()
                + ". Stop them.");
      }
    }
    if (Files.deleteIfExists(files.resolve("postmaster.pid"))) {
      log.info("PostgreSQL was not shut down the last time; it recovers from its log");
    }
  }

  private boolean signal(String signal, Predicate<ProcessHandle> which)
      throws IOException, InterruptedException {
    log.warn("the earlier PostgreSQL goes on; sending {}", signal);
    using().stream().filter(which).forEach(process -> Launcher.signal(signal, process.pid()));
    return await();
  }

  /** Whether they are gone in time. */
  private boolean await() throws IOException, InterruptedException {
    try {
      CompletableFuture.allOf(
              using().stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    return !isUsed();
  }

  private boolean isUsed() {
    return !using().isEmpty();
  }

  private List<ProcessHandle> using() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(this::isIn).toList();
    }
  }

  private boolean isIn(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd")).equals(files);
    } catch (IOException _) {
      // Gone meanwhile, or somebody else's, who could not use these files either.
      return false;
    }
  }
}
