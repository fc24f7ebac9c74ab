package dev.breakwater.http.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.outbound.AddressRule;
import dev.breakwater.core.outbound.OutboundRequest;
import dev.breakwater.core.outbound.OutboundResponse;
import dev.breakwater.core.outbound.Trust;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.resources.LoopResources;

final class ReactorOutboundHttpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final LoopResources loops = LoopResources.create("test", 1, true);
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    loops.dispose();
  }

  @Test
  void sendsABodyAndReadsTheAnswerWhateverItsStatus() {
    OutboundResponse answer =
        send(
            OutboundRequest.post(
                uri("/echo"), "text/plain", "hello".getBytes(UTF_8), Trust.PUBLIC));

    assertThat(answer.status()).isEqualTo(418);
    assertThat(answer.body()).asString().isEqualTo("hello");
    assertThat(answer.header("X-Type")).contains("text/plain");
  }

  @Test
  void reachesAHostByItsName() {
    assertThat(
            send(OutboundRequest.get(
                    URI.create("http://localhost:" + port() + "/ok"), Trust.PUBLIC))
                .status())
        .isEqualTo(200);
  }

  @Test
  void followsRedirectsWithCredentialsToTheSameHostOnly() {
    OutboundRequest request =
        OutboundRequest.get(uri("/to-self"), Trust.PUBLIC).withHeader("Authorization", "secret");

    assertThat(send(request).status()).isEqualTo(200);
    assertThat(seen).containsExactly("/to-self secret", "/ok secret");
    seen.clear();

    OutboundRequest away =
        OutboundRequest.get(uri("/to-other"), Trust.PUBLIC).withHeader("Authorization", "secret");

    assertThat(send(away).status()).isEqualTo(200);
    assertThat(seen).containsExactly("/to-other secret", "/ok null");
  }

  @Test
  void givesUpOnRedirectsThatDoNotEnd() {
    assertThatThrownBy(() -> send(OutboundRequest.get(uri("/loop"), Trust.PUBLIC)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("redirects too often");
    assertThat(seen).hasSizeLessThan(6);
  }

  @Test
  void readsNoMoreThanTheLimit() {
    OutboundRequest request = OutboundRequest.get(uri("/large"), Trust.PUBLIC);

    assertThatThrownBy(() -> send(request))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessageContaining("limit");
  }

  @Test
  void waitsNoLongerThanTheDeadline() {
    OutboundRequest request =
        OutboundRequest.get(uri("/slow"), Trust.PUBLIC).within(Duration.ofMillis(300));

    assertThatThrownBy(() -> send(request))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("in time");
  }

  @Test
  void tellsThatNothingListens() {
    int port = port();
    server.stop(0);

    assertThatThrownBy(
            () -> send(OutboundRequest.get(URI.create("http://127.0.0.1:" + port), Trust.PUBLIC)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("does not accept connections");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:%d/",
        "http://localhost:%d/",
        "http://127.1:%d/",
        "http://2130706433:%d/",
        "http://0x7f.0.0.1:%d/",
        "http://0177.0.0.1:%d/",
        "http://[::1]:%d/",
        "http://[::ffff:127.0.0.1]:%d/",
        "http://[::ffff:7f00:1]:%d/",
        "http://0.0.0.0:%d/",
        "http://169.254.169.254/latest/meta-data/"
      })
  void connectsToNoAddressOfThisMachine(String template) {
    URI target = URI.create(String.format(Locale.ROOT, template, port()));

    assertThatThrownBy(() ->
            new ReactorOutboundHttp(new AddressRule(false), loops)
                .send(OutboundRequest.get(target, Trust.PUBLIC))
                .block(PATIENCE))
        .isInstanceOf(RegistryException.class);
    assertThat(seen).isEmpty();
  }

  @Test
  void followsNoRedirectToThisMachine() throws IOException {
    Optional<InetAddress> found = outside();
    assumeThat(found).as("an address that is neither loopback nor link-local").isPresent();
    InetAddress outside = found.orElseThrow();
    HttpServer elsewhere = HttpServer.create(new InetSocketAddress(outside, 0), 0);
    elsewhere.createContext("/", this::answer);
    elsewhere.start();
    try {
      String base = "http://" + outside.getHostAddress() + ":" + elsewhere.getAddress().getPort();
      ReactorOutboundHttp http = new ReactorOutboundHttp(new AddressRule(false), loops);
      assertThat(
              Objects.requireNonNull(
                      http.send(OutboundRequest.get(URI.create(base + "/ok"), Trust.PUBLIC))
                          .block(PATIENCE))
                  .status())
          .isEqualTo(200);
      for (String path : List.of("/to-number", "/to-other")) {
        seen.clear();

        assertThatThrownBy(() ->
                http.send(OutboundRequest.get(URI.create(base + path), Trust.PUBLIC))
                    .block(PATIENCE))
            .isInstanceOf(RegistryException.class)
            .hasMessageContaining("security.allow-internal-targets");

        assertThat(seen).containsExactly(path + " null");
      }
    } finally {
      elsewhere.stop(0);
    }
  }

  /** An address of this machine that the rule takes for one of a private network. */
  private static Optional<InetAddress> outside() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .filter(new AddressRule(false)::permits)
        .map(InetAddress.class::cast)
        .findFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "gopher://host/", "http://user:password@host/"})
  void speaksToNothingButTheWeb(String uri) {
    assertThatThrownBy(() -> send(OutboundRequest.get(URI.create(uri), Trust.PUBLIC)))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.BAD_REQUEST))
        .hasMessageNotContaining("password");
  }

  private OutboundResponse send(OutboundRequest request) {
    return Objects.requireNonNull(
        new ReactorOutboundHttp(new AddressRule(true), loops).send(request).block(PATIENCE));
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    List<String> authorization = exchange.getRequestHeaders().get("Authorization");
    seen.add(path + " " + (authorization == null ? null : authorization.getFirst()));
    switch (path) {
      case "/echo" -> {
        exchange
            .getResponseHeaders()
            .add("X-Type", exchange.getRequestHeaders().getFirst("Content-Type"));
        reply(exchange, 418, exchange.getRequestBody().readAllBytes());
      }
      case "/to-self" -> redirect(exchange, "/ok");
      case "/to-other" -> redirect(exchange, "http://localhost:" + port() + "/ok");
      case "/to-number" -> redirect(exchange, "http://127.0.0.1:" + port() + "/ok");
      case "/loop" -> redirect(exchange, "/loop");
      case "/large" -> reply(exchange, 200, new byte[3 * 1024 * 1024]);
      case "/slow" -> {
        try {
          end.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        exchange.close();
      }
      default -> reply(exchange, 200, "ok".getBytes(UTF_8));
    }
  }

  private static void redirect(HttpExchange exchange, String target) throws IOException {
    exchange.getResponseHeaders().add("Location", target);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      // The client stopped reading, as it should.
    }
  }
}
