package dev.breakwater.http.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.auth.login.RefreshTokens;
import dev.breakwater.auth.token.IssuedToken;
import dev.breakwater.auth.token.TokenService;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.server.Authentication;
import dev.breakwater.http.server.Exchange;
import dev.breakwater.http.server.Handler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * {@code /service/token} and {@code /service/token/jwks}.
 *
 * <p>GET is the Docker token specification's form: the credential is in the Authorization header,
 * none means an anonymous token. POST is its OAuth2 form: name and password, or a refresh token,
 * are in the body. A client that asks for a refresh token ({@code offline_token=true}, {@code
 * access_type=offline}) gets one if its user may have one.
 */
public final class TokenHandler implements Handler {
  private static final String PATH = "/service/token";
  private static final String JSON = "application/json";

  private final Authentication authentication;
  private final PasswordLogin logins;
  private final TokenService tokens;
  private final RefreshTokens refreshTokens;
  private final RequestBodies bodies;

  public TokenHandler(
      Authentication authentication,
      PasswordLogin logins,
      TokenService tokens,
      RefreshTokens refreshTokens,
      RequestBodies bodies) {
    this.authentication = authentication;
    this.logins = logins;
    this.tokens = tokens;
    this.refreshTokens = refreshTokens;
    this.bodies = bodies;
  }

  @Override
  public Mono<Void> handle(Exchange exchange) {
    String method = exchange.method().name();
    return switch (exchange.path()) {
      case PATH ->
          switch (method) {
            case "GET" -> get(exchange);
            case "POST" -> post(exchange);
            default -> throw notAllowed(exchange, "GET, POST");
          };
      case PATH + "/jwks" ->
          switch (method) {
            case "GET", "HEAD" -> jwks(exchange);
            default -> throw notAllowed(exchange, "GET, HEAD");
          };
      default ->
          throw new RegistryException(
              ErrorCode.NOT_FOUND, "there is nothing here; tokens are at " + PATH);
    };
  }

  private Mono<Void> get(Exchange exchange) {
    exchange.route("token_get");
    return authentication
        .authenticate(exchange)
        .doOnNext(exchange::caller)
        .flatMap(caller ->
            tokens
                .issue(caller, exchange.parameter("service"), exchange.parameters("scope"))
                .flatMap(issued ->
                    refreshToken(caller, isTrue(exchange.parameter("offline_token")))
                        .flatMap(refresh -> send(exchange, forDocker(issued, refresh)))));
  }

  private static boolean isTrue(Optional<String> value) {
    return value.filter(text -> text.equals("true") || text.equals("1")).isPresent();
  }

  private Mono<Void> post(Exchange exchange) {
    exchange.route("token_post");
    return TokenRequest.read(exchange, bodies)
        .flatMap(request ->
            login(exchange, request)
                .flatMap(login ->
                    tokens
                        .issue(login.caller(), request.service(), request.scopes())
                        .flatMap(issued -> send(exchange, forOauth(issued, login.next())))));
  }

  private Mono<RefreshTokens.Refreshed> login(Exchange exchange, TokenRequest request) {
    return switch (request.grantType()) {
      case "password" ->
          logins
              .login(
                  required(request.username(), "username"),
                  required(request.password(), "password"),
                  exchange.client().peer())
              .doOnNext(exchange::caller)
              .flatMap(caller ->
                  refreshToken(caller, request.offline())
                      .map(refresh -> new RefreshTokens.Refreshed(caller, refresh)));
      case "refresh_token" ->
          refreshTokens
              .use(required(request.refreshToken(), "refresh_token"), request.offline())
              .doOnNext(refreshed -> exchange.caller(refreshed.caller()));
      default ->
          Mono.error(
              new RegistryException(
                  ErrorCode.BAD_REQUEST, "grant_type must be password or refresh_token"));
    };
  }

  private Mono<Optional<String>> refreshToken(Caller caller, boolean wanted) {
    return wanted
        ? refreshTokens.issue(caller).map(Optional::of).defaultIfEmpty(Optional.empty())
        : Mono.just(Optional.empty());
  }

  private static String required(Optional<String> value, String name) {
    return value.orElseThrow(
        () -> new RegistryException(ErrorCode.BAD_REQUEST, "the form has no " + name));
  }

  private Mono<Void> jwks(Exchange exchange) {
    exchange.route("token_jwks");
    exchange.response().header("Cache-Control", "public, max-age=60");
    return tokens.jwks().flatMap(keys -> exchange.sendBytes(200, JSON, keys.getBytes(UTF_8)));
  }

  private static Mono<Void> send(Exchange exchange, Map<String, Object> body) {
    exchange.response().header("Cache-Control", "no-store");
    return exchange.sendBytes(200, JSON, Json.write(body));
  }

  private static Map<String, Object> forDocker(IssuedToken issued, Optional<String> refresh) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("token", issued.token());
    body.put("access_token", issued.token());
    body.put("expires_in", issued.lifetime().toSeconds());
    body.put("issued_at", issued.issuedAt().toString());
    refresh.ifPresent(token -> body.put("refresh_token", token));
    return body;
  }

  private static Map<String, Object> forOauth(IssuedToken issued, Optional<String> refresh) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("access_token", issued.token());
    body.put("token_type", "Bearer");
    body.put("scope", issued.scope());
    body.put("expires_in", issued.lifetime().toSeconds());
    body.put("issued_at", issued.issuedAt().toString());
    refresh.ifPresent(token -> body.put("refresh_token", token));
    return body;
  }

  private static RegistryException notAllowed(Exchange exchange, String allowed) {
    exchange.response().header("Allow", allowed);
    return new RegistryException(ErrorCode.UNSUPPORTED, "only " + allowed + " are possible here");
  }
}
