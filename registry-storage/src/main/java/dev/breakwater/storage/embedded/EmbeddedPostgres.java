package dev.breakwater.storage.embedded;

import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.datadirectory.DataDirectory;
import dev.breakwater.storage.sql.DatabaseSettings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server that lives as long as this process: unpacked, made, started, watched and
 * stopped by us, on a Unix socket that only we can reach.
 *
 * <p>One thread, {@code embedded-postgres}, starts the server, waits for its end and starts it
 * again when nobody asked for that end. It must be the same thread all along: the kernel stops the
 * server when the thread that started it dies (see {@link Launcher}).
 *
 * <p>A server that ends by itself was killed or ran out of disk. Between its end and the next
 * start, connections are refused; the first restart is immediate, further ones wait a second, two
 * seconds and so on up to ten.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final PostgresFiles files;
  private final PostgresBinaries binaries;
  private final Launcher launcher;
  private final PostgresAddress address;
  private final String password;
  private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  /** The server that runs at the moment; written by the thread, read by {@link #close}. */
  private volatile @Nullable PostgresProcess running;

  private EmbeddedPostgres(
      PostgresFiles files,
      PostgresBinaries binaries,
      Launcher launcher,
      PostgresAddress address,
      String password) {
    this.files = files;
    this.binaries = binaries;
    this.launcher = launcher;
    this.address = address;
    this.password = password;
    this.thread = Thread.ofPlatform().daemon().name("embedded-postgres").unstarted(this::supervise);
  }

  /**
   * Starts the server and waits until it accepts connections: about 0.2 s, some seconds the first
   * time, longer when it has to recover.
   *
   * @throws StorageUnusableException when it cannot be started; the message says why
   */
  public static EmbeddedPostgres start(DataDirectory directory) {
    try {
      return start(directory, directory.path().resolve("pg-bin"), Launcher.detect());
    } catch (IOException e) {
      throw PostgresFiles.unusable(directory.path(), e);
    }
  }

  /**
   * @param programs where the server's programs are unpacked
   */
  static EmbeddedPostgres start(DataDirectory directory, Path programs, Launcher launcher) {
    PostgresFiles files = new PostgresFiles(directory.path());
    try {
      PostgresBinaries binaries = PostgresBinaries.unpack(programs);
      files.prepare(binaries, launcher);
      PostgresAddress address = PostgresAddress.choose(files.socketFolder());
      EmbeddedPostgres postgres =
          new EmbeddedPostgres(files, binaries, launcher, address, files.password());
      postgres.thread.start();
      postgres.awaitFirstReady();
      return postgres;
    } catch (IOException e) {
      throw PostgresFiles.unusable(directory.path(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageUnusableException("The start of PostgreSQL was interrupted.", e);
    }
  }

  /**
   * How to connect to the server that another process runs in its data directory, for a command
   * that works beside it. The caller is that process's user, or root.
   *
   * @throws StorageUnusableException when none runs there, or it is just starting
   */
  public static DatabaseSettings running(Path dataDirectory) {
    try {
      Path directory = dataDirectory.toRealPath();
      PostgresFiles files = new PostgresFiles(directory);
      return settings(PostgresAddress.ofRunning(files.data()), files.password());
    } catch (IOException e) {
      throw new StorageUnusableException(
          "The data directory "
              + dataDirectory
              + " is in use by a server whose database cannot be reached: "
              + (e instanceof NoSuchFileException ? "it does not run" : e.getMessage())
              + ". Wait until the server is ready, and run this as the same user.",
          e);
    }
  }

  /** How to connect. */
  public DatabaseSettings settings() {
    return settings(address, password);
  }

  private static DatabaseSettings settings(PostgresAddress address, String password) {
    return switch (address) {
      case PostgresAddress.Socket socket ->
          DatabaseSettings.unixSocket(
              socket.path().toString(), "postgres", PostgresFiles.USER, password);
      case PostgresAddress.Loopback(int port) ->
          DatabaseSettings.tcp("127.0.0.1", port, "postgres", PostgresFiles.USER, password);
    };
  }

  /** Shuts the server down and waits for its end, 15 s at most. Connections break. */
  @Override
  public void close() {
    close(PostgresProcess::stop);
  }

  /** For a server whose files nobody needs any more. */
  void closeAtOnce() {
    close(PostgresProcess::stopAtOnce);
  }

  private void close(Stop stop) {
    stopping.countDown();
    try {
      PostgresProcess process = running;
      if (process != null) {
        stop.accept(process);
      }
      thread.join();
      removeTemporarySocket();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("the socket's folder stays: {}", e.toString());
    }
  }

  private void awaitFirstReady() throws InterruptedException {
    try {
      firstReady.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StorageUnusableException unusable) {
        throw unusable;
      }
      throw new StorageUnusableException("The embedded PostgreSQL cannot be started.", e);
    }
  }

  private void supervise() {
    Duration pause = Duration.ZERO;
    try {
      while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        boolean wasReady = runOrReport();
        if (!firstReady.isDone() || firstReady.isCompletedExceptionally()) {
          return;
        }
        pause = wasReady ? Duration.ZERO : longer(pause);
      }
    } catch (InterruptedException _) {
      log.debug("the supervisor was interrupted");
    }
  }

  private boolean runOrReport() throws InterruptedException {
    try {
      return run();
    } catch (IOException e) {
      report(PostgresFiles.unusable(files.root(), e));
    } catch (StorageUnusableException e) {
      report(e);
    }
    return false;
  }

  /** The first start fails for good, a later one is tried again. */
  private void report(StorageUnusableException reason) {
    if (!firstReady.completeExceptionally(reason)) {
      log.error("{} It is started again shortly.", reason.getMessage());
    }
  }

  /** Whether it had been ready before it ended. */
  private boolean run() throws IOException, InterruptedException {
    LeftoverPostgres.clear(files.data());
    Path configuration = files.configure(address, launcher);
    Process process =
        launcher.start(
            List.of(
                binaries.postgres().toString(),
                "-D",
                files.data().toString(),
                "-c",
                "config_file=" + configuration));
    PostgresProcess server = PostgresProcess.start(process, files.data());
    running = server;
    if (stopping.getCount() == 0) {
      server.stop();
    }
    server.ready().thenRun(this::becameReady);
    int status = server.waitFor();
    boolean wasReady = server.ready().isDone() && !server.ready().isCompletedExceptionally();
    if (stopping.getCount() > 0) {
      report(
          PostgresProcess.failed(
              "PostgreSQL ended unexpectedly with status " + status,
              files.root(),
              server.lastLines()));
    }
    return wasReady;
  }

  private void becameReady() {
    if (!firstReady.complete(null)) {
      log.info("PostgreSQL accepts connections again");
    }
  }

  private static Duration longer(Duration pause) {
    Duration next = pause.plusSeconds(1);
    return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
  }

  private void removeTemporarySocket() throws IOException {
    if (address instanceof PostgresAddress.Socket(Path folder)
        && !folder.equals(files.socketFolder())) {
      PostgresBinaries.deleteTree(folder);
    }
  }

  private interface Stop {
    void accept(PostgresProcess process) throws InterruptedException;
  }
}
