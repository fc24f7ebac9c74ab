package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.user.User;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Log-in by a proxy that speaks as those before Harbor do. */
final class ProxyLoginTest {
  private static final Map<String, String> PASSWORDS = Map.of("carol", "carol-password");

  @TempDir static Path data;
  private static final AtomicReference<List<String>> GROUPS = new AtomicReference<>(List.of());
  private static OpenIdentity open;
  private static HttpServer proxy;

  @BeforeAll
  static void start() throws Exception {
    proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext("/login", ProxyLoginTest::login);
    proxy.createContext("/review", ProxyLoginTest::review);
    proxy.start();
    open = OpenIdentity.in(data, Clock.systemUTC());
    String base = "http://127.0.0.1:" + proxy.getAddress().getPort();
    open.configure(
        """
        {"auth_mode": "http_auth", "http_authproxy_endpoint": "%s/login",
         "http_authproxy_tokenreview_endpoint": "%s/review",
         "http_authproxy_admin_groups": "masters, chiefs",
         "http_authproxy_admin_usernames": "root"}
        """
            .formatted(base, base));
  }

  @AfterAll
  static void stop() throws Exception {
    open.close();
    proxy.stop(0);
  }

  @BeforeEach
  void reset() {
    GROUPS.set(List.of());
    open.configure("{\"http_authproxy_skip_search\": false}");
  }

  @Test
  void acceptsThePasswordAndReviewsTheSessionForGroups() {
    GROUPS.set(List.of("devs", "ops"));
    User user = login("carol", "carol-password").orElseThrow();

    assertThat(user.username()).isEqualTo("carol");
    assertThat(user.administers()).isFalse();
    assertThat(groups(user)).containsExactly("devs", "ops");

    GROUPS.set(List.of("ops", "chiefs"));
    assertThat(login("carol", "carol-password").orElseThrow().administers()).isTrue();
    assertThat(groups(user)).containsExactly("chiefs", "ops");
  }

  @Test
  void refusesWrongAndEmptyPasswords() {
    assertThat(login("carol", "wrong")).isEmpty();
    assertThat(login("carol", "")).isEmpty();
    assertThat(login("nobody", "carol-password")).isEmpty();
  }

  @Test
  void acceptsATokenForItsOwnUserOnly() {
    assertThat(login("tokenreview$dora", "token-of-dora").orElseThrow().username())
        .isEqualTo("dora");
    assertThat(login("tokenreview$carol", "token-of-dora")).isEmpty();
    assertThat(login("tokenreview$dora", "something")).isEmpty();
    assertThat(OpenIdentity.value(open.directories().proxyPeople().loginByToken("token-of-root")))
        .matches(User::administers);
  }

  @Test
  void doesNotTakeOverAUserWhosePasswordIsHere() {
    OpenIdentity.done(
        open.database()
            .update("INSERT INTO app_user (username) VALUES ('local') ON CONFLICT DO NOTHING"));

    assertThat(login("tokenreview$local", "token-of-local")).isEmpty();
  }

  @Test
  void makesARowForANameOnlyWhereTheSettingsAllowThat() {
    assertThat(OpenIdentity.optional(open.directories().proxyPeople().onboard("erin"))).isEmpty();
    open.configure("{\"http_authproxy_skip_search\": true}");
    assertThat(OpenIdentity.optional(open.directories().proxyPeople().onboard("erin"))).isPresent();
  }

  @Test
  void saysThatTheProxyDoesNotAnswerAsItShould() {
    assertThatThrownBy(() -> login("broken", "x"))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  private static Optional<User> login(String username, String password) {
    return OpenIdentity.optional(open.directories().proxyPeople().login(username, password));
  }

  private static List<String> groups(User user) {
    return open.texts(
        """
        SELECT name FROM user_group JOIN user_group_membership ON group_id = id
        WHERE user_id = %d AND kind = 2 ORDER BY name
        """
            .formatted(user.id()));
  }

  private static void login(HttpExchange exchange) throws IOException {
    String header = exchange.getRequestHeaders().getFirst("Authorization").substring(6);
    String[] pair = new String(Base64.getDecoder().decode(header), UTF_8).split(":", 2);
    boolean right = pair[1].equals(PASSWORDS.get(pair[0]));
    int refusal = pair[0].equals("broken") ? 500 : 401;
    reply(
        exchange,
        right ? 200 : refusal,
        right ? Map.of("session_id", "token-of-" + pair[0]) : Map.of());
  }

  private static void review(HttpExchange exchange) throws IOException {
    String token =
        Json.parse(exchange.getRequestBody().readAllBytes())
            .get("spec")
            .get("token")
            .text()
            .orElse("");
    boolean known =
        token.startsWith("token-of-")
            && exchange.getRequestHeaders().getFirst("Authorization").equals("Bearer " + token);
    Map<String, Object> status =
        known
            ? Map.of(
                "authenticated",
                true,
                "user",
                Map.of("username", token.substring(9), "groups", GROUPS.get()))
            : Map.of("authenticated", false, "error", "unknown token");
    reply(exchange, 200, Map.of("kind", "TokenReview", "status", status));
  }

  private static void reply(HttpExchange exchange, int status, Map<String, ?> body)
      throws IOException {
    byte[] bytes = Json.write(body);
    exchange.sendResponseHeaders(status, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
