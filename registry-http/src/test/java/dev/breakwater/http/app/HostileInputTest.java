package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.http.app.RunningRegistry.RawAnswer;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileInputTest {
  private static final String HOST = "Host: x\r\n";
  private static final String ADMIN =
      HOST + "Authorization: " + RunningRegistry.AUTHORIZATION + "\r\n";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Content-Length: 5, 6\r\n\r\nhello",
        "Content-Length: -5\r\n\r\n",
        "Content-Length: +5\r\n\r\nhello",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n"
      })
  void answersSmugglingShapesWith400AndCloses(String rest) throws Exception {
    String path = registry.beginUpload("library/x");

    RawAnswer answer = registry.raw("PATCH " + path + " HTTP/1.1\r\n" + ADMIN + rest);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text().split("HTTP/1.1 [1-5]")).as("one answer alone").hasSize(2);
    assertThat(answer.closed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", HOST + HOST, HOST + "Host: y\r\n"})
  void refusesARequestWithoutOneHost(String hosts) throws Exception {
    RawAnswer answer = registry.raw("GET /v2/ HTTP/1.1\r\n" + hosts + "\r\n");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("one Host header");
    assertThat(answer.closed()).isTrue();
    assertThat(registry.raw("GET /v2/ HTTP/1.0\r\n\r\n").status()).isEqualTo(401);
  }

  @Test
  void tellsATlsClientInClearTextThatThisIsHttp() throws Exception {
    RawAnswer answer = registry.raw("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.closed()).isTrue();
  }

  @Test
  void letsAClientThatSendsItAllFirstReadWhyItsBodyIsRefused() throws Exception {
    int size = 20_000_000;

    RawAnswer answer =
        registry.raw(
            "POST /api/v2.0/projects HTTP/1.1\r\n"
                + ADMIN
                + ("Content-Length: " + size + "\r\n\r\n")
                + "a".repeat(size));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text()).contains("REQUEST_ENTITY_TOO_LARGE");
    assertThat(answer.closed()).isTrue();
  }

  @Test
  void limitsTheSizeOfRequestLineAndHeaders() throws Exception {
    assertThat(get("/v2/" + "a".repeat(20_000), HOST).status()).isEqualTo(414);
    assertThat(get("/v2/", HOST + "X: " + "a".repeat(100_000) + "\r\n").status()).isEqualTo(431);
    assertThat(
            get("/v2/", HOST + "Authorization: Bearer " + "a".repeat(1_000_000) + "\r\n").status())
        .isIn(431, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {17_000, 20_000, 40_000, 70_000})
  void limitsTheRequestLineAlsoOnAConnectionThatWasUsedBefore(int length) throws Exception {
    try (Socket socket = registry.connect()) {
      socket.setSoTimeout(10_000);
      send(socket, "GET /api/v2.0/ping HTTP/1.1\r\n" + ADMIN + "\r\n");
      assertThat(RunningRegistry.read(socket).status()).isEqualTo(200);

      socket.setSoTimeout(10_000);
      send(
          socket,
          "GET /api/v2.0/robots?q=" + "a".repeat(length) + " HTTP/1.1\r\n" + ADMIN + "\r\n");

      RawAnswer answer = RunningRegistry.read(socket);
      assertThat(answer.status()).isEqualTo(414);
      assertThat(answer.closed()).isTrue();
    }
  }

  private static void send(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/A/b/manifests/x",
        "/v2/library/../x/manifests/x",
        "/v2/library/%2e%2e/x/manifests/x",
        "/v2/library%2fx/manifests/x",
        "/v2/library//x/manifests/x",
        "/v2/library/x%00/manifests/x",
        "/v2/library/\u00c0\u00af/manifests/x",
        "/v2/library/x./manifests/x",
        "/v2/library/_uploads/manifests/x",
        "/v2/library/x/manifests/%zz",
        "/v2/library/x/manifests/sha256:baddigeststring",
        "/v2/library/x/manifests/sha256:../../../etc/passwd",
        "/v2/library/x/blobs/sha256:..%2F..%2F..%2Fetc%2Fpasswd",
        "/v2/library/x/blobs/sha256:",
        "/v2/library/x/blobs/uploads/..%2f..%2fetc%2fpasswd",
        "/v2/library/x/blobs/uploads/00000000-0000-0000-0000-000000000000",
        "/v2/library/x/blobs/uploads/1-2-3-4-5",
        "/v2/library/x/referrers/x",
        "/v2/library/x/tags/list?n=%zz",
        "/v2/library/x/tags/list?n=-1",
        "/v2/library/x/tags/list?n=many",
        "/v2/library/x/referrers/sha256:x?last=y",
        "/v2/../../etc/passwd",
        "/v2/" + "a/%2f"
      })
  void answersMalformedPathsAndQueriesWithAClientError(String path) throws Exception {
    RawAnswer answer = get(path, ADMIN);

    assertThat(answer.status()).isBetween(400, 499);
    assertThat(answer.text()).contains("{\"errors\":[{\"code\":\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "last=%00",
        "last=%ff",
        "last=%ed%a0%80",
        "n=0",
        "n=99999999999999999999",
        "n=1;x"
      })
  void takesOddPagingParameters(String query) throws Exception {
    registry.push("library/x", new byte[] {1});

    assertThat(get("/v2/library/x/tags/list?" + query, ADMIN).status()).isBetween(200, 499);
    assertThat(get("/v2/_catalog?" + query, ADMIN).status()).isBetween(200, 499);
  }

  @Test
  void answersOtherMethodsWithWhatIsAllowed() throws Exception {
    RawAnswer answer = registry.raw("BREW /v2/ HTTP/1.1\r\n" + ADMIN + "\r\n");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.text()).containsIgnoringCase("allow: GET, HEAD");
  }

  @Test
  void putsNoForeignHostIntoTheChallenge() throws Exception {
    RawAnswer answer = get("/v2/", "Host: a\"b,c\r\n");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.text()).doesNotContain("a\"b");
  }

  @Test
  void ignoresForwardedHeadersOfStrangers() throws Exception {
    RawAnswer answer =
        get("/v2/", HOST + "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n");

    assertThat(answer.text()).contains("realm=\"http://x/service/token\"");
  }

  @Test
  void refusesAManifestThatIsTooLargeBeforeReadingIt() throws Exception {
    RawAnswer answer =
        registry.raw(
            "PUT /v2/library/x/manifests/v1 HTTP/1.1\r\n"
                + ADMIN
                + "Content-Length: 5000000\r\n\r\n");

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text()).contains("MANIFEST_INVALID");
  }

  @Test
  void doesNotExpandCompressedBodies() throws Exception {
    byte[] gzip = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    assertThat(
            registry
                .send(
                    "PUT",
                    "/v2/library/x/manifests/v1",
                    gzip,
                    "Content-Type",
                    "application/vnd.oci.image.manifest.v1+json",
                    "Content-Encoding",
                    "gzip")
                .statusCode())
        .isEqualTo(400);
  }

  private static RawAnswer get(String path, String headers) throws Exception {
    return registry.raw("GET " + path + " HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n");
  }
}
