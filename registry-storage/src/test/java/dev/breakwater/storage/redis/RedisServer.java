package dev.breakwater.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Debian's Redis server, or a sentinel, on a free port. */
final class RedisServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<String> command;
  private final Path log;
  private final int port;
  private Process process;

  private RedisServer(List<String> command, Path log, int port) throws IOException {
    this.command = command;
    this.log = log;
    this.port = port;
    this.process = launch();
  }

  /**
   * Starts a server that keeps nothing on disk.
   *
   * @param options as on its command line
   */
  static RedisServer start(Path folder, String... options) {
    int port = freePort();
    List<String> command = new ArrayList<>(List.of(program()));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--dir", folder.toString()));
    command.addAll(List.of("--bind", "127.0.0.1"));
    if (Stream.of(options).noneMatch("--tls-port"::equals)) {
      command.addAll(List.of("--port", Integer.toString(port)));
    }
    for (String option : options) {
      command.add(option.equals("PORT") ? Integer.toString(port) : option);
    }
    return started(command, folder.resolve("redis-" + port + ".log"), port);
  }

  /** Starts a sentinel that watches a master by the name "main". */
  static RedisServer sentinel(Path folder, RedisServer master, String... lines) {
    try {
      int port = freePort();
      Path file = folder.resolve("sentinel-" + port + ".conf");
      Files.writeString(
          file,
          """
          port %d
          bind 127.0.0.1
          dir %s
          sentinel monitor main 127.0.0.1 %d 2
          sentinel down-after-milliseconds main 1000
          sentinel failover-timeout main 5000
          %s
          """
              .formatted(port, folder, master.port(), String.join("\n", lines)));
      return started(
          List.of(program(), file.toString(), "--sentinel"),
          folder.resolve("sentinel-" + port + ".log"),
          port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RedisServer started(List<String> command, Path log, int port) {
    try {
      RedisServer server = new RedisServer(command, log, port);
      server.awaitPort();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  int port() {
    return port;
  }

  /** Ends it without a farewell. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Starts it again under the same port, empty. */
  void restart() {
    try {
      process = launch();
      awaitPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets it hang: it holds its connections and answers nothing. */
  void hang() {
    signal("-STOP");
  }

  void goOn() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitPort() {
    Awaitility.await("port " + port)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> answers(port));
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      // A socket may get the very port that nobody listens on, and then talks to itself.
      return socket.getLocalPort() != port;
    } catch (IOException e) {
      return false;
    }
  }

  private void awaitEnd() {
    try {
      process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** What redis-cli says. */
  String cli(String... words) {
    try {
      List<String> line =
          new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(port)));
      line.addAll(List.of(words));
      Process cli = new ProcessBuilder(line).redirectErrorStream(true).start();
      String output = new String(cli.getInputStream().readAllBytes(), UTF_8);
      cli.waitFor();
      return output.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static int freePort() {
    // A cluster node needs another one, 10000 above.
    for (int i = 0; i < 100; i++) {
      try (ServerSocket socket = new ServerSocket(0)) {
        if (socket.getLocalPort() < 55_000) {
          return socket.getLocalPort();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new AssertionError("no free port");
  }

  private static String program() {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      Path program = Path.of(folder, "redis-server");
      if (Files.isExecutable(program)) {
        return program.toString();
      }
    }
    String message = "redis-server is not installed: run deploy/test/install-clients";
    return System.getenv("CI") == null ? Assumptions.abort(message) : Assertions.fail(message);
  }
}
