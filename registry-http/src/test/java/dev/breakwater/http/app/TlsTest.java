package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.http.server.TlsCertificate;
import dev.breakwater.http.server.TlsFiles;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Random;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;

class TlsTest {
  @TempDir private static Path folder;
  private static TlsRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    registry = TlsRegistry.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void pushesAndPullsOverHttp11AndHttp2() throws Exception {
    for (Version version : Version.values()) {
      if (version != Version.HTTP_1_1 && version != Version.HTTP_2) {
        continue;
      }
      try (HttpClient client = registry.client(version)) {
        byte[] content = new byte[3_000_000];
        new Random().nextBytes(content);
        Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);

        HttpResponse<byte[]> pushed =
            send(client, "POST", "/v2/library/tls/blobs/uploads/?digest=" + digest, content);
        HttpResponse<byte[]> pulled =
            send(client, "GET", "/v2/library/tls/blobs/" + digest, new byte[0]);

        assertThat(pushed.version()).isEqualTo(version);
        assertThat(pushed.statusCode()).isEqualTo(201);
        assertThat(pulled.body()).isEqualTo(content);
      }
    }
  }

  @Test
  void saysWhyARequestCouldNotBeRead() throws Exception {
    try (SSLSocket socket = registry.socket()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n").getBytes(US_ASCII));

      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 414 ")
          .contains("longer than 16384 bytes (http.max-uri-length)");
    }
  }

  /** A proxy in front may have believed the length. */
  @ParameterizedTest
  @ValueSource(ints = {3, 30})
  void resetsAnHttp2RequestThatIsNotAsLongAsItSays(int announced) throws Exception {
    X509Certificate certificate = registry.certificate();
    reactor.netty.http.client.HttpClient client =
        reactor.netty.http.client.HttpClient.create()
            .protocol(HttpProtocol.H2)
            .secure(spec ->
                spec.sslContext(
                    Http2SslContextSpec.forClient()
                        .configure(builder -> builder.trustManager(certificate))));
    String projects = registry.uri("/api/v2.0/projects").toString();

    Mono<Integer> status =
        client
            .headers(headers ->
                headers
                    .set("Authorization", RunningRegistry.AUTHORIZATION)
                    .set("Content-Type", "application/json")
                    .set("Content-Length", announced))
            .post()
            .uri(projects)
            .send(Mono.just(Unpooled.copiedBuffer("{\"a\":true}", US_ASCII)))
            .response()
            .map(response -> response.status().code())
            .onErrorReturn(0);

    assertThat(status.block(Duration.ofSeconds(30))).isIn(0, 400);
    assertThat(registry.running().metrics())
        .doesNotContainPattern("breakwater_http_requests_seconds_count.*status=\"5");
  }

  @Test
  void namesHttpsInTheChallenge() throws Exception {
    try (HttpClient client = registry.client(Version.HTTP_1_1)) {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(registry.uri("/v2/")).build(), BodyHandlers.ofByteArray());

      assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
          .contains("realm=\"https://localhost:" + registry.port() + "/service/token\"");
    }
  }

  @Test
  void givesABrowserCookiesForHttpsAlone() throws Exception {
    try (HttpClient client = registry.client(Version.HTTP_1_1)) {
      HttpResponse<byte[]> login = logIn(client);

      assertThat(login.statusCode()).isEqualTo(200);
      assertThat(login.headers().allValues("Set-Cookie"))
          .anySatisfy(cookie -> assertThat(cookie).startsWith("sid="))
          .allSatisfy(cookie -> assertThat(cookie.split("; ", -1)).contains("Secure", "HttpOnly"));
    }
  }

  private static HttpResponse<byte[]> logIn(HttpClient client) throws Exception {
    String form = "principal=admin&password=" + RunningRegistry.PASSWORD;
    HttpResponse<byte[]> first = post(client, form, "Accept", "*/*");
    String cookie = first.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("; Secure");
    return post(
        client,
        form,
        "Cookie",
        cookie.substring(0, cookie.indexOf(';')),
        "X-Harbor-CSRF-Token",
        first.headers().firstValue("X-Harbor-CSRF-Token").orElseThrow());
  }

  private static HttpResponse<byte[]> post(HttpClient client, String form, String... headers)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(registry.uri("/c/login"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .headers(headers)
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofByteArray());
  }

  @Test
  void refusesTlsBefore12() throws Exception {
    try (SSLSocket socket = registry.socket()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.1"});
      socket.setSSLParameters(parameters);

      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
    }
  }

  /** As they are for a moment when they are renewed one after the other. */
  @ParameterizedTest
  @ValueSource(strings = {"PKCS8", "SEC1"})
  void takesNoCertificateOfAnotherKey(String format, @TempDir Path pairs) throws Exception {
    TestCertificate one = TestCertificate.create("one");
    TestCertificate two = TestCertificate.create("two");
    Path certificate = Files.writeString(pairs.resolve("tls.crt"), one.pem());
    Path key = Files.writeString(pairs.resolve("tls.key"), keyOf(one, format));
    TlsFiles files = new TlsFiles(certificate, key);
    TlsCertificate.load(files);

    Files.writeString(certificate, two.pem());
    assertThatThrownBy(() -> TlsCertificate.load(files))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the certificate is of another key")
        .hasMessageContaining(certificate.toString());

    Files.writeString(key, keyOf(two, format));
    TlsCertificate.load(files);
  }

  private static String keyOf(TestCertificate pair, String format) throws Exception {
    return format.equals("SEC1") ? pair.keyPemAsSec1() : pair.keyPem();
  }

  @Test
  void picksUpARenewedCertificateWithoutARestart() throws Exception {
    String before = served();
    registry.renew("renewed");

    await().atMost(Duration.ofSeconds(30)).until(() -> served().contains("CN=renewed"));
    assertThat(before).contains("CN=first");
  }

  private static HttpResponse<byte[]> send(
      HttpClient client, String method, String path, byte[] body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(registry.uri(path))
            .header("Authorization", RunningRegistry.AUTHORIZATION)
            .method(method, BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  /** The subject of the certificate that a new connection is shown, whoever issued it. */
  private static String served() throws Exception {
    try (SSLSocket socket = registry.socket()) {
      socket.startHandshake();
      Certificate[] chain = socket.getSession().getPeerCertificates();
      return ((X509Certificate) chain[0]).getSubjectX500Principal().getName();
    } catch (SSLHandshakeException e) {
      return "not trusted";
    }
  }
}
