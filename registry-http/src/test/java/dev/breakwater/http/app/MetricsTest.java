package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.oci.Digest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
  private static final String ADMIN =
      "Host: x\r\nAuthorization: " + RunningRegistry.AUTHORIZATION + "\r\n";
  private static final String SENT = "breakwater_http_sent_bytes_total";
  private static final String RECEIVED = "breakwater_http_received_bytes_total";
  private static final String TYPE = "# TYPE ";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;

  @BeforeAll
  static void start() {
    registry = REGISTRY.running();
  }

  @Test
  void areAllExplainedInTheReadme() throws Exception {
    registry.push("library/x", new byte[] {1});
    String readme = Files.readString(Path.of("../deploy/README.md"));

    List<String> ours =
        registry
            .metrics()
            .lines()
            .filter(line -> line.startsWith(TYPE))
            .map(line -> line.substring(TYPE.length(), line.lastIndexOf(' ')))
            .filter(name -> name.startsWith("breakwater_") || name.startsWith("harbor_"))
            .filter(name -> !name.endsWith("_max"))
            .toList();

    assertThat(ours).hasSizeGreaterThan(15);
    assertThat(ours).allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
  }

  @Test
  void countBytesThatCameNotThoseThatWereAnnounced() throws Exception {
    String path = registry.beginUpload("library/x");
    double before = registry.metric(RECEIVED);

    try (Socket socket = registry.connect()) {
      socket
          .getOutputStream()
          .write(
              ("PATCH " + path + " HTTP/1.1\r\n" + ADMIN + "Content-Length: 9000\r\n\r\nhello")
                  .getBytes(US_ASCII));
      await().until(() -> registry.metric(RECEIVED) - before >= 5);
    }

    Leftovers.awaitQuiet(registry);
    assertThat(registry.metric(RECEIVED) - before).isEqualTo(5);
  }

  /** By the kernel, and in chunks. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Range: bytes=1-9000000,10000000-15000000\r\n"})
  void countBytesThatWereSentAndDownloadsThatRun(String range) throws Exception {
    byte[] content = new byte[16 * 1024 * 1024];
    new Random(1).nextBytes(content);
    Digest digest = registry.push("library/x", content);
    double before = registry.metric(SENT);
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(16 * 1024);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), registry.port()));
      socket
          .getOutputStream()
          .write(
              ("GET /v2/library/x/blobs/" + digest + " HTTP/1.1\r\n" + ADMIN + range + "\r\n")
                  .getBytes(US_ASCII));
      assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);

      assertThat(registry.metric("breakwater_downloads_running")).isEqualTo(1);
      socket.setSoLinger(true, 0);
    }

    Leftovers.awaitQuiet(registry);
    assertThat(registry.metric(SENT) - before).isBetween(90_000.0, content.length * 0.9);
  }

  @Test
  void countAWholeDownloadToTheByte() throws Exception {
    byte[] content = new byte[3 * 1024 * 1024];
    new Random(2).nextBytes(content);
    Digest digest = registry.push("library/x", content);
    double before = registry.metric(SENT);

    registry.send("GET", "/v2/library/x/blobs/" + digest, new byte[0]);

    await().until(() -> registry.metric(SENT) - before == content.length);
  }
}
