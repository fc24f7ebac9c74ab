package dev.breakwater.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Versity Gateway with one bucket in a folder. */
final class ObjectStore implements AutoCloseable {
  static final String BUCKET = "blobs";
  static final String ACCESS = "test-access";
  static final String SECRET = "test-secret-key";

  private static final String SCRIPT = Path.of("test/s3-server").toAbsolutePath().toString();

  private final Path directory;
  private final int port = FreePort.find();
  private ServerProcess process;

  private ObjectStore(Path directory) {
    this.directory = directory;
    this.process = run();
  }

  static ObjectStore start(Path directory) {
    ClientProgram.require("versitygw");
    try {
      return new ObjectStore(Files.createDirectories(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServerProcess run() {
    return ServerProcess.start(
            List.of(SCRIPT, Integer.toString(port), directory.toString()),
            Map.of("ROOT_ACCESS_KEY", ACCESS, "ROOT_SECRET_KEY", SECRET),
            directory,
            directory.resolve("versity.log"))
        .awaitListening(port);
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
