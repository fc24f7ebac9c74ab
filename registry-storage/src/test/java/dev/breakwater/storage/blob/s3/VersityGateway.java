package dev.breakwater.storage.blob.s3;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Versity Gateway as a process, on a folder under the build's. {@code deploy/test/install-clients}
 * installs it; where it is missing its tests are skipped, except under CI.
 */
final class VersityGateway implements S3Server {
  private final Path folder;
  private final int port;
  private Process process;

  private VersityGateway(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    this.process = run();
  }

  private static Path program() {
    return tool("versitygw");
  }

  /** A program that {@code deploy/test/install-clients} installs. */
  static Path tool(String name) {
    String tools =
        Optional.ofNullable(System.getenv("E2E_TOOLS"))
            .orElse(System.getProperty("user.home") + "/.cache/breakwater-tools");
    return Path.of(tools, "bin", name);
  }

  /** Whether its tests can run, or must fail because they cannot. */
  static boolean isWanted() {
    return Files.isExecutable(program()) || System.getenv("CI") != null;
  }

  static VersityGateway start() {
    try {
      Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "versity-");
      Files.createDirectories(folder.resolve("data").resolve(BUCKET));
      Files.createDirectories(folder.resolve("meta"));
      VersityGateway gateway = new VersityGateway(folder, freePort());
      gateway.awaitStart();
      return gateway;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process run() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                program().toString(),
                "--access",
                ACCESS,
                "--secret",
                SECRET,
                "--port",
                "127.0.0.1:" + port,
                "--quiet",
                "--keep-alive",
                "posix",
                "--sidecar",
                folder.resolve("meta").toString(),
                folder.resolve("data").toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  private void awaitStart() {
    await().atMost(Duration.ofSeconds(20)).until(this::answers);
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** As {@code kill -9} does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  void restart() throws IOException {
    process = run();
    awaitStart();
  }

  @Override
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The folder of the bucket. */
  Path bucket() {
    return folder.resolve("data").resolve(BUCKET);
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
