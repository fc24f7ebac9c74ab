package dev.breakwater.storage.embedded;

import dev.breakwater.storage.StorageUnusableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the server. Its log becomes ours. */
final class PostgresProcess {
  private static final Logger log = LoggerFactory.getLogger(PostgresProcess.class);

  private static final String READY = "database system is ready to accept connections";
  private static final int REMEMBERED_LINES = 20;

  private static final Pattern NORMAL =
      Pattern.compile("^LOG:  (starting PostgreSQL|listening on|database system (was|is) )");

  private final Process process;
  private final Path data;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CountDownLatch logEnded = new CountDownLatch(1);
  private final Deque<String> lastLines = new ArrayDeque<>();

  private PostgresProcess(Process process, Path data) {
    this.process = process;
    this.data = data;
  }

  /** To be called on a thread that lives as long as the server is to live: see {@link Launcher}. */
  static PostgresProcess start(Process process, Path data) {
    PostgresProcess started = new PostgresProcess(process, data);
    Thread.ofPlatform().daemon().name("postgres-log").start(started::readLog);
    return started;
  }

  /** Completes when it accepts connections, fails when it ended before. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** Waits for its end, and for what it said last. */
  int waitFor() throws InterruptedException {
    int status = process.waitFor();
    // Not longer: a helper process that outlives it keeps the pipe open.
    if (!logEnded.await(1, TimeUnit.SECONDS)) {
      log.debug("processes of the PostgreSQL that ended are still there");
    }
    return status;
  }

  /** Fast shutdown: open transactions are rolled back. At once after ten seconds. */
  void stop() throws InterruptedException {
    if (!process.isAlive()) {
      // Its number may be somebody else's by now.
      return;
    }
    Launcher.signal("INT", pid());
    if (process.waitFor(10, TimeUnit.SECONDS)) {
      return;
    }
    log.warn("PostgreSQL did not shut down within 10 s; it will recover at the next start");
    stopAtOnce();
  }

  /** Without writing what is in memory: the next start recovers it from the log. */
  void stopAtOnce() throws InterruptedException {
    Launcher.signal("QUIT", pid());
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  /** The server's own id, which is not always the child's. */
  private long pid() {
    return recordedPid(data).orElse(process.pid());
  }

  static Optional<Long> recordedPid(Path data) {
    try (BufferedReader lines = Files.newBufferedReader(data.resolve("postmaster.pid"))) {
      return Optional.ofNullable(lines.readLine()).map(String::strip).map(Long::parseLong);
    } catch (IOException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** What it said last, to be put into an error message. */
  synchronized String lastLines() {
    return String.join("\n", lastLines);
  }

  /**
   * Turns the output of a program that gave up into a sentence.
   *
   * @param folder what has to be writable
   */
  static StorageUnusableException failed(String what, Path folder, String output) {
    if (output.contains("No space left on device") || output.contains("Disk quota exceeded")) {
      return new StorageUnusableException(
          what + ": the disk that holds " + folder + " is full. Free some space.");
    }
    if (output.toLowerCase(Locale.ROOT).contains("permission denied")) {
      return new StorageUnusableException(
          what
              + ": permission denied. "
              + folder
              + " and the folders above it must be open to the user that PostgreSQL runs as. It"
              + " said: "
              + reasons(output));
    }
    return new StorageUnusableException(what + ". It said: " + reasons(output));
  }

  private static String reasons(String output) {
    return output
        .lines()
        .map(line -> line.replaceFirst("^[-0-9]+ [0-9:.]+ GMT \\[[0-9]+] ", "").strip())
        .filter(line -> !line.isEmpty() && !NORMAL.matcher(line).find())
        .collect(Collectors.joining(" "));
  }

  private void readLog() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        accept(line);
      }
    } catch (IOException e) {
      log.debug("the log of PostgreSQL ended", e);
    }
    logEnded.countDown();
    ready.completeExceptionally(new IOException("PostgreSQL ended"));
  }

  private void accept(String line) {
    synchronized (this) {
      lastLines.addLast(line);
      if (lastLines.size() > REMEMBERED_LINES) {
        lastLines.removeFirst();
      }
    }
    report(line);
    if (line.endsWith(READY)) {
      ready.complete(null);
    }
  }

  /** Errors of single statements are answered to whoever sent the statement. */
  private static void report(String line) {
    if (line.startsWith("PANIC:")) {
      log.error("{}", line);
    } else if (line.startsWith("FATAL:  the database system is ")) {
      // A connection that came too early; whoever wanted it is told.
      log.debug("{}", line);
    } else if (line.startsWith("FATAL:") || line.startsWith("WARNING:")) {
      log.warn("{}", line);
    } else {
      log.debug("{}", line);
    }
  }
}
