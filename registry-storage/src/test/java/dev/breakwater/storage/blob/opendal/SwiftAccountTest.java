package dev.breakwater.storage.blob.opendal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Log-ins at a Keystone that says what its specification says. */
class SwiftAccountTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicInteger logIns = new AtomicInteger();
  private volatile String asked = "";
  private volatile Instant now = NOW;
  private final InstantSource time = () -> now;
  private final Clock clock = time.withZone(ZoneOffset.UTC);
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer keystone;

  @BeforeEach
  void start() throws IOException {
    keystone = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    keystone.createContext("/v3/auth/tokens", this::answer);
    keystone.start();
  }

  @AfterEach
  void stop() {
    keystone.stop(0);
    client.close();
  }

  @Test
  void findsTheAddressOfItsRegion() {
    SwiftSession session = requireNonNull(account(Optional.of("two"), "hush").session().block());

    assertThat(session.storageUrl()).isEqualTo(URI.create("https://two.example.com/v1/AUTH_1"));
    assertThat(session.token()).isEqualTo("token-1");
    JsonValue auth = Json.parse(asked.getBytes(UTF_8)).get("auth");
    JsonValue user = auth.get("identity").get("password").get("user");
    assertThat(user.get("name").text()).contains("me");
    assertThat(user.get("domain").get("name").text()).contains("Default");
    assertThat(auth.get("scope").get("project").get("name").text()).contains("project");
  }

  @Test
  void takesTheFirstRegionWhenNoneIsNamed() {
    assertThat(requireNonNull(account(Optional.empty(), "hush").session().block()).storageUrl())
        .isEqualTo(URI.create("https://one.example.com/v1/AUTH_1"));
  }

  @Test
  void logsInAgainBeforeTheTokenRunsOutAndWhenItIsRefused() {
    SwiftAccount account = account(Optional.empty(), "hush");

    account.session().block();
    account.session().block();
    assertThat(logIns).hasValue(1);

    now = NOW.plusSeconds(3600);
    assertThat(requireNonNull(account.session().block()).token()).isEqualTo("token-2");

    assertThat(requireNonNull(account.renew().block()).token()).isEqualTo("token-3");
    assertThat(requireNonNull(account.session().block()).token()).isEqualTo("token-3");
  }

  @Test
  void saysWhoWasRefusedWithoutThePassword() {
    assertThatThrownBy(() -> account(Optional.empty(), "wrong-one").session().block())
        .hasRootCauseInstanceOf(CloudException.class)
        .hasStackTraceContaining("answered the log-in of me with 401")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("wrong-one"));
  }

  @Test
  void saysThatThereIsNoSwift() {
    assertThatThrownBy(() -> account(Optional.of("three"), "hush").session().block())
        .hasStackTraceContaining("names no object-store for us");
  }

  private SwiftAccount account(Optional<String> region, String password) {
    SwiftLogin login =
        new SwiftLogin(
            URI.create("http://127.0.0.1:" + keystone.getAddress().getPort() + "/v3"),
            "blobs",
            "me",
            password,
            Optional.of("project"),
            "Default",
            region,
            "public");
    return new SwiftAccount(login, client, clock);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked = body;
    boolean known = body.contains("\"hush\"");
    byte[] answer = known ? token().getBytes(UTF_8) : "{}".getBytes(UTF_8);
    if (known) {
      exchange.getResponseHeaders().add("X-Subject-Token", "token-" + logIns.incrementAndGet());
    }
    exchange.sendResponseHeaders(known ? 201 : 401, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private String token() {
    return """
    {"token": {"expires_at": "%s", "catalog": [
      {"type": "identity", "endpoints": [
        {"interface": "public", "region": "one", "url": "https://identity.example.com"}]},
      {"type": "object-store", "endpoints": [
        {"interface": "admin", "region": "one", "url": "https://admin.example.com/v1"},
        {"interface": "public", "region": "one", "url": "https://one.example.com/v1/AUTH_1/"},
        {"interface": "public", "region": "two", "url": "https://two.example.com/v1/AUTH_1"}]}
    ]}}
    """
        .formatted(now.plusSeconds(3600));
  }
}
