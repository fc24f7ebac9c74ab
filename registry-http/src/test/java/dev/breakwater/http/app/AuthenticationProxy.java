package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.breakwater.core.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A proxy that speaks as those before Harbor do. It knows the password of {@code carol}, and the
 * token {@code token-of-<name>} of everybody.
 */
final class AuthenticationProxy implements AutoCloseable {
  private static final Map<String, String> PASSWORDS = Map.of("carol", "carol-password");

  private final AtomicReference<List<String>> groups = new AtomicReference<>(List.of());
  private final HttpServer server;
  private final String base;

  private AuthenticationProxy(HttpServer server, String scheme) {
    this.server = server;
    this.base = scheme + "://localhost:" + server.getAddress().getPort();
    server.createContext("/login", this::login);
    server.createContext("/review", this::review);
    server.start();
  }

  static AuthenticationProxy start() throws IOException {
    return new AuthenticationProxy(HttpServer.create(anyPort(), 0), "http");
  }

  static AuthenticationProxy startWithTls(TestCertificate certificate) throws Exception {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
    return new AuthenticationProxy(server, "https");
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  String loginEndpoint() {
    return base + "/login";
  }

  String reviewEndpoint() {
    return base + "/review";
  }

  /** In which groups it says that everybody is. */
  void putEverybodyIn(String... names) {
    groups.set(List.of(names));
  }

  private void login(HttpExchange exchange) throws IOException {
    String header = exchange.getRequestHeaders().getFirst("Authorization").substring(6);
    String[] pair = new String(Base64.getDecoder().decode(header), UTF_8).split(":", 2);
    boolean right = pair[1].equals(PASSWORDS.get(pair[0]));
    int refusal = pair[0].equals("broken") ? 500 : 401;
    reply(
        exchange,
        right ? 200 : refusal,
        right ? Map.of("session_id", "token-of-" + pair[0]) : Map.of());
  }

  private void review(HttpExchange exchange) throws IOException {
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
                Map.of("username", token.substring(9), "groups", groups.get()))
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

  @Override
  public void close() {
    server.stop(0);
  }
}
