package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.http.app.RunningRegistry.RawAnswer;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings whose defaults all other tests have. */
class SettingsInEffectTest {
  private static final byte[] NONE = {};
  private static final String ADMIN =
      "Host: x\r\nAuthorization: " + RunningRegistry.AUTHORIZATION + "\r\n";

  @TempDir private static Path data;
  private static RunningRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    registry =
        RunningRegistry.start(
            data,
            Map.of(
                "BREAKWATER_HTTP_TRUSTED_PROXIES", "127.0.0.0/8",
                "BREAKWATER_MANIFEST_SPARSE_INDEXES", "true",
                "BREAKWATER_HTTP_MAX_CONCURRENT_UPLOADS", "1"));
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void sendsClientsOfATrustedProxyToWhereTheyCameFrom() throws Exception {
    RawAnswer answer =
        registry.raw(
            "GET /v2/ HTTP/1.1\r\nHost: inner:8080\r\nX-Forwarded-Proto: https\r\n"
                + "X-Forwarded-Host: elsewhere, registry.example.com\r\n\r\n");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.text())
        .contains("Bearer realm=\"https://registry.example.com/service/token\"");
  }

  @Test
  void takesAnIndexWhoseManifestsAreNotHere() throws Exception {
    Digest missing = Digest.compute(DigestAlgorithm.SHA256, "not here".getBytes(UTF_8));

    Digest index = new TestImages(registry).index("library/sparse", List.of(missing), "v1");

    assertThat(registry.send("GET", "/v2/library/sparse/manifests/" + index, NONE).statusCode())
        .isEqualTo(200);
  }

  @Test
  void asksClientsToComeBackWhenTooManyUploadsRun() throws Exception {
    String path = registry.beginUpload("library/busy");
    String other = registry.beginUpload("library/busy");
    try (Socket socket = registry.connect()) {
      socket
          .getOutputStream()
          .write(
              ("PATCH " + path + " HTTP/1.1\r\n" + ADMIN + "Content-Length: 10\r\n\r\nhello")
                  .getBytes(US_ASCII));
      await().until(() -> registry.metric("breakwater_upload_pumps_running") == 1);

      HttpResponse<byte[]> refused = registry.send("PATCH", other, new byte[] {1});

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("2");
      assertThat(new String(refused.body(), UTF_8)).contains("TOOMANYREQUESTS");

      socket.getOutputStream().write("world".getBytes(US_ASCII));
      socket.setSoTimeout(20_000);
      assertThat(RunningRegistry.read(socket).status()).isEqualTo(202);
    }
    await().until(() -> registry.send("PATCH", other, new byte[] {1}).statusCode() == 202);
  }
}
