package dev.breakwater.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Versity Gateway with one bucket in a folder. */
final class ObjectStore implements AutoCloseable {
  static final String BUCKET = "blobs";

  static final String ACCESS = "test-access";
  static final String SECRET = "test-secret-key";

  private final Path directory;
  private final int port = FreePort.find();
  private ServerProcess process;

  private ObjectStore(Path directory) {
    this.directory = directory;
    this.process = run();
  }

  static ObjectStore start(Path directory) {
    try {
      Files.createDirectories(directory.resolve("data").resolve(BUCKET));
      Files.createDirectories(directory.resolve("meta"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ObjectStore(directory);
  }

  private ServerProcess run() {
    ServerProcess started =
        ServerProcess.start(
            List.of(
                ClientProgram.require("versitygw").toString(),
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
                directory.resolve("meta").toString(),
                directory.resolve("data").toString()),
            Map.of(),
            directory,
            directory.resolve("versity.log"));
    await().atMost(Duration.ofSeconds(20)).until(this::answers);
    return started;
  }

  private boolean answers() {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Sets the program up to keep its blobs here. */
  BreakwaterProcess serve(BreakwaterProcess breakwater) {
    return breakwater
        .with("storage.driver", "s3")
        .with("storage.s3.bucket", BUCKET)
        .with("storage.s3.endpoint", endpoint())
        .with("storage.s3.access-key", ACCESS)
        .with("storage.s3.secret-key", SECRET);
  }

  String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  Path bucket() {
    return directory.resolve("data").resolve(BUCKET);
  }

  void stop() {
    process.kill();
  }

  void restart() {
    process = run();
  }

  @Override
  public void close() {
    process.close();
  }
}
