package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.TestProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** fake-gcs-server, which speaks as Google Cloud Storage does, behind {@link GcsParts}. */
final class FakeGcs implements CloudServer {
  private static final Path PROGRAM = TestProgram.tool("fake-gcs-server");

  private final Path folder = TestProgram.folder("gcs");
  private final int port = TestProgram.freePort();
  private final TestProgram program;
  private final GcsParts front;

  FakeGcs() {
    try {
      Files.createDirectories(folder.resolve("data").resolve(CONTAINER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    program =
        TestProgram.start(
                List.of(
                    PROGRAM.toString(),
                    "-scheme",
                    "http",
                    "-host",
                    "127.0.0.1",
                    "-port",
                    Integer.toString(port),
                    "-public-host",
                    "127.0.0.1:" + port,
                    "-external-url",
                    "http://127.0.0.1:" + port,
                    "-backend",
                    "filesystem",
                    "-filesystem-root",
                    folder.resolve("data").toString(),
                    "-log-level",
                    "warn"),
                Map.of(),
                port,
                folder.resolve("log"))
            .awaitListening();
    front = new GcsParts(URI.create("http://127.0.0.1:" + port));
  }

  static boolean isWanted() {
    return TestProgram.isWanted(PROGRAM);
  }

  @Override
  public URI endpoint() {
    return front.endpoint();
  }

  @Override
  public CloudService service() {
    return CloudService.GCS;
  }

  static OpenDalSettings settingsOf(URI endpoint, String root) {
    return CloudServer.small(
        CloudService.GCS,
        Map.of(
            "bucket", CONTAINER,
            "endpoint", endpoint.toString(),
            "allow_anonymous", "true",
            "disable_vm_metadata", "true",
            "disable_config_load", "true"),
        root);
  }

  @Override
  public void close() {
    front.close();
    program.close();
    TestProgram.remove(folder);
  }
}
