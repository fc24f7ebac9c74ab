package dev.breakwater.http.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.server.Exchange;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * The form of a token request by OAuth2 (distribution, "Docker Registry v2 OAuth2").
 *
 * @param offline whether the client keeps a refresh token
 * @param scopes each value may hold several scopes
 */
record TokenRequest(
    String grantType,
    Optional<String> service,
    Optional<String> username,
    Optional<String> password,
    Optional<String> refreshToken,
    boolean offline,
    List<String> scopes) {
  private static final int MAX_SIZE = 64 * 1024;
  private static final int MAX_FIELDS = 200;
  private static final String FORM = "application/x-www-form-urlencoded";

  static Mono<TokenRequest> read(Exchange exchange, RequestBodies bodies) {
    String type = exchange.header("Content-Type").orElse("");
    if (!type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
      throw new RegistryException(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the Content-Type of a token request is " + FORM);
    }
    return bodies
        .bytes(exchange, MAX_SIZE, ErrorCode.BODY_TOO_LARGE)
        .map(body -> parse(new String(body, UTF_8)));
  }

  private static TokenRequest parse(String form) {
    try {
      Map<String, List<String>> fields =
          QueryStringDecoder.builder()
              .hasPath(false)
              .maxParams(MAX_FIELDS)
              .build(form)
              .parameters();
      return new TokenRequest(
          first(fields, "grant_type").orElse(""),
          first(fields, "service"),
          first(fields, "username"),
          first(fields, "password"),
          first(fields, "refresh_token"),
          first(fields, "access_type").equals(Optional.of("offline")),
          fields.getOrDefault("scope", List.of()));
    } catch (IllegalArgumentException e) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "the body is not a form");
    }
  }

  private static Optional<String> first(Map<String, List<String>> fields, String name) {
    return fields.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** Without password and token: this may end up in a log. */
  @Override
  public String toString() {
    return "TokenRequest[" + grantType + ", " + scopes + "]";
  }
}
