package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.http.app.RunningRegistry.RawAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowClientTest {
  private static final String ADMIN =
      "Host: x\r\nAuthorization: " + RunningRegistry.AUTHORIZATION + "\r\n";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private static Path data;
  private static RunningRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    registry =
        RunningRegistry.start(
            data,
            Map.of("BREAKWATER_HTTP_IDLE_TIMEOUT", "2s", "BREAKWATER_HTTP_STALL_TIMEOUT", "2s"));
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void closesAConnectionThatSaysNothing() throws Exception {
    try (Socket socket = patient(registry.connect())) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void closesAConnectionWhoseHeadersDrip() throws Exception {
    try (Socket socket = patient(registry.connect())) {
      OutputStream out = socket.getOutputStream();
      byte[] drip = ("GET /v2/ HTTP/1.1\r\nX: " + "a".repeat(1000)).getBytes(US_ASCII);

      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .untilAsserted(() -> {
            out.write(drip, 0, 1);
            assertThat(isClosed(socket)).isTrue();
          });
    }
  }

  @Test
  void answersAStalledUploadWith408AndKeepsItsBytes() throws Exception {
    String path = registry.beginUpload("library/slow");
    try (Socket socket = patient(registry.connect())) {
      socket
          .getOutputStream()
          .write(
              ("PATCH " + path + " HTTP/1.1\r\n" + ADMIN + "Content-Length: 100\r\n\r\nhello")
                  .getBytes(US_ASCII));

      RawAnswer answer = RunningRegistry.read(socket);

      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.closed()).isTrue();
    }
    assertThat(registry.send("GET", path, new byte[0]).headers().firstValue("Range"))
        .contains("0-4");
  }

  @Test
  void answersAStalledManifestWith408() throws Exception {
    try (Socket socket = patient(registry.connect())) {
      socket
          .getOutputStream()
          .write(
              ("PUT /v2/library/slow/manifests/v1 HTTP/1.1\r\n"
                      + ADMIN
                      + "Content-Length: 100\r\n\r\n{")
                  .getBytes(US_ASCII));

      assertThat(RunningRegistry.read(socket).status()).isEqualTo(408);
    }
  }

  @Test
  void closesADownloadThatNobodyReads() throws Exception {
    byte[] content = new byte[64 * 1024 * 1024];
    new Random(1).nextBytes(content);
    Digest digest = registry.push("library/slow", content);
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(16 * 1024);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), registry.port()));
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket
          .getOutputStream()
          .write(
              ("GET /v2/library/slow/blobs/" + digest + " HTTP/1.1\r\n" + ADMIN + "\r\n")
                  .getBytes(US_ASCII));
      double before = registry.metric("harbor_core_http_inflight_requests");
      assertThat(before).isGreaterThanOrEqualTo(0);

      await()
          .atMost(PATIENCE)
          .until(() -> registry.metric("harbor_core_http_inflight_requests") == 0);
      assertThat(drain(socket)).isLessThan(content.length);
    }
  }

  private static Socket patient(Socket socket) throws SocketException {
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static boolean isClosed(Socket socket) throws Exception {
    socket.setSoTimeout(50);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  private static long drain(Socket socket) {
    long bytes = 0;
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = socket.getInputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes += n;
      }
    } catch (IOException e) {
      return bytes;
    }
    return bytes;
  }
}
