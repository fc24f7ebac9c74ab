package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.http.body.LeakDetector;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that go away over TLS leave nothing behind either: with HTTP/1.1 they close the
 * connection, with HTTP/2 they reset a stream, and go on with the connection.
 */
class TlsAbortStormTest {
  private static final int ROUNDS = 30;

  @TempDir private static Path folder;
  private static TlsRegistry registry;

  private final Random random = new Random(5);

  @BeforeAll
  static void start() throws Exception {
    registry = TlsRegistry.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void survivesAStormOfAbortedUploads(Version version) throws Exception {
    try (LeakDetector detector = new LeakDetector();
        HttpClient client = registry.client(version)) {
      for (int i = 0; i < ROUNDS; i++) {
        abortUpload(client, i % 2 == 0);
      }

      assertNothingIsLeft(detector);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void survivesAStormOfAbortedDownloads(Version version) throws Exception {
    byte[] content = new byte[16 * 1024 * 1024];
    random.nextBytes(content);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    try (LeakDetector detector = new LeakDetector();
        HttpClient client = registry.client(version)) {
      String uploads = "/v2/library/storm/blobs/uploads/?digest=" + digest;
      HttpRequest push = request(uploads).POST(BodyPublishers.ofByteArray(content)).build();
      assertThat(client.send(push, BodyHandlers.discarding()).statusCode()).isEqualTo(201);
      for (int i = 0; i < ROUNDS; i++) {
        abortDownload(client, digest, i % 2 == 0);
      }

      assertNothingIsLeft(detector);
    }
  }

  private static void assertNothingIsLeft(LeakDetector detector) throws Exception {
    Leftovers.awaitQuiet(registry.running());
    assertThat(Leftovers.openFiles()).isEmpty();
    assertThat(registry.running().metrics())
        .as("a client that goes away is no failure of the registry")
        .doesNotContainPattern("breakwater_http_requests_seconds_count.*status=\"5");
    assertThat(detector.leaks()).isEmpty();
  }

  private void abortUpload(HttpClient client, boolean ofUnknownLength) throws Exception {
    HttpRequest begin =
        request("/v2/library/storm/blobs/uploads/").POST(BodyPublishers.noBody()).build();
    String path =
        client
            .send(begin, BodyHandlers.discarding())
            .headers()
            .firstValue("Location")
            .orElseThrow();
    EndlessBody body = new EndlessBody();
    BodyPublisher publisher = BodyPublishers.ofInputStream(() -> body);
    HttpRequest patch =
        request(path)
            .method(
                "PATCH",
                ofUnknownLength
                    ? publisher
                    : BodyPublishers.fromPublisher(publisher, 1_000_000_000))
            .build();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(patch, BodyHandlers.discarding());

    long enough = 1 + random.nextInt(2_000_000);
    await().until(() -> body.taken.get() >= enough);
    answer.cancel(true);
  }

  private void abortDownload(HttpClient client, Digest digest, boolean whole) throws Exception {
    HttpRequest.Builder get = request("/v2/library/storm/blobs/" + digest);
    if (!whole) {
      get.header("Range", "bytes=1-9000000,10000000-12000000");
    }
    HttpResponse<InputStream> answer = client.send(get.build(), BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      body.readNBytes(1 + random.nextInt(500_000));
    }
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(registry.uri(path))
        .header("Authorization", RunningRegistry.AUTHORIZATION);
  }

  /** As many bytes as one likes. */
  private static final class EndlessBody extends InputStream {
    final AtomicLong taken = new AtomicLong();

    @Override
    public int read() {
      taken.incrementAndGet();
      return 'x';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      taken.addAndGet(length);
      return length;
    }
  }
}
