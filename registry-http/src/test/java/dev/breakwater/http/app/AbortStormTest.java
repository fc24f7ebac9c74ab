package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.http.body.LeakDetector;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Clients that go away in the middle leave nothing behind: no buffers, files, descriptors, pumps.
 */
class AbortStormTest {
  private static final int ROUNDS = 50;
  private static final String ADMIN =
      "Host: x\r\nAuthorization: " + RunningRegistry.AUTHORIZATION + "\r\n";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;

  private final Random random = new Random(3);

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
  }

  @Test
  void survivesAStormOfAbortedUploads() throws Exception {
    try (LeakDetector detector = new LeakDetector()) {
      for (int i = 0; i < ROUNDS; i++) {
        abortUpload(i % 2 == 0, i % 3 == 0);
      }

      Leftovers.awaitQuiet(registry);
      assertThat(Leftovers.openFiles()).isEmpty();
      assertThat(registry.metrics())
          .as("a client that goes away is no failure of the registry")
          .contains("status=\"499\"")
          .doesNotContainPattern("breakwater_http_requests_seconds_count.*status=\"5");
      assertThat(detector.leaks()).isEmpty();
    }
    registry.push("library/storm", new byte[] {1, 2, 3});
  }

  @Test
  void survivesAStormOfAbortedDownloads() throws Exception {
    byte[] content = new byte[16 * 1024 * 1024];
    random.nextBytes(content);
    Digest digest = registry.push("library/storm", content);
    try (LeakDetector detector = new LeakDetector()) {
      for (int i = 0; i < ROUNDS; i++) {
        abortDownload(digest, i % 2 == 0 ? "" : "Range: bytes=1-9000000,10000000-12000000\r\n");
      }

      Leftovers.awaitQuiet(registry);
      assertThat(Leftovers.openFiles()).isEmpty();
      assertThat(detector.leaks()).isEmpty();
    }
  }

  private void abortUpload(boolean chunked, boolean reset) throws Exception {
    String path = registry.beginUpload("library/storm");
    try (Socket socket = registry.connect()) {
      OutputStream out = socket.getOutputStream();
      String length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: 1000000000";
      out.write(
          ("PATCH " + path + " HTTP/1.1\r\n" + ADMIN + length + "\r\n\r\n").getBytes(US_ASCII));
      if (chunked) {
        out.write("3B9ACA00\r\n".getBytes(US_ASCII));
      }
      out.write(new byte[1 + random.nextInt(2_000_000)]);
      if (reset) {
        socket.setSoLinger(true, 0);
      }
    }
  }

  private void abortDownload(Digest digest, String range) throws IOException {
    try (Socket socket = registry.connect()) {
      socket
          .getOutputStream()
          .write(
              ("GET /v2/library/storm/blobs/" + digest + " HTTP/1.1\r\n" + ADMIN + range + "\r\n")
                  .getBytes(US_ASCII));
      socket.getInputStream().readNBytes(1 + random.nextInt(500_000));
      socket.setSoLinger(true, 0);
    }
  }
}
