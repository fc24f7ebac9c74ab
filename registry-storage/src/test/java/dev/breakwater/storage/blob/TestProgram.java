package dev.breakwater.storage.blob.opendal;

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

/** A server as a process; {@code deploy/test/install-clients} installs what it needs. */
final class TestProgram implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private final Process process;
  private final int port;

  private TestProgram(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** A program among the tools of the tests. */
  static Path tool(String name) {
    String tools =
        Optional.ofNullable(System.getenv("E2E_TOOLS"))
            .orElse(System.getProperty("user.home") + "/.cache/breakwater-tools");
    return Path.of(tools, "bin", name);
  }

  /** Whether its tests can run, or must fail because they cannot. */
  static boolean isWanted(Path program) {
    return Files.isExecutable(program) || System.getenv("CI") != null;
  }

  /**
   * Does not wait.
   *
   * @param log what it prints, for those who look for a reason
   */
  static TestProgram start(
      List<String> command, Map<String, String> environment, int port, Path log) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      return new TestProgram(builder.start(), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TestProgram awaitListening() {
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

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path folder(String name) {
    try {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
