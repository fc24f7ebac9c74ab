package dev.breakwater.storage.blob;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server as a process, with its files under the build's folder; {@code
 * deploy/test/install-clients} installs what it needs. Where a program is missing its tests are
 * skipped, except under CI.
 */
public final class TestProgram implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private final ProcessBuilder command;
  private final int port;
  private Process process;

  private TestProgram(ProcessBuilder command, int port) throws IOException {
    this.command = command;
    this.port = port;
    this.process = command.start();
  }

  /** A program among the tools of the tests; where they are, {@code install-clients} decides. */
  public static Path tool(String name) {
    String tools =
        Optional.ofNullable(System.getenv("E2E_TOOLS"))
            .orElse(System.getenv().getOrDefault("HOME", "/") + "/.cache/breakwater-tools");
    return Path.of(tools, "bin", name);
  }

  /** Whether its tests can run, or must fail because they cannot. */
  public static boolean isWanted(Path program) {
    return Files.isExecutable(program) || System.getenv("CI") != null;
  }

  /**
   * Does not wait.
   *
   * @param port where it will listen
   * @param log what it prints, for those who look for a reason
   */
  public static TestProgram start(
      List<String> command, Map<String, String> environment, int port, Path log) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      return new TestProgram(builder, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public TestProgram awaitListening() {
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(START)
        .failFast("it has ended", () -> !process.isAlive())
        .until(this::isListening);
    return this;
  }

  private boolean isListening() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** As {@code kill -9} does. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }

  /** Starts it again after {@link #kill}, and waits. */
  public void restart() {
    try {
      process = command.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitListening();
  }

  @Override
  public void close() {
    kill();
  }

  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path folder(String name) {
    try {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
