package dev.breakwater.http.v2;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.permission.AccessDenied;
import dev.breakwater.http.server.ErrorRenderer;
import dev.breakwater.http.server.Exchange;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Answers with {@code {"errors":[{"code","message","detail"}]}} (OCI distribution-spec, "Error
 * Codes") and, for 401, with one Bearer challenge (Docker token specification).
 */
public final class OciErrors implements ErrorRenderer {
  private final Challenge challenge;

  public OciErrors(Challenge challenge) {
    this.challenge = challenge;
  }

  @Override
  public Mono<Void> render(Exchange exchange, RegistryException error) {
    exchange.response().header("Docker-Distribution-Api-Version", "registry/2.0");
    if (error.code() == ErrorCode.UNAUTHORIZED) {
      List<String> scopes = error instanceof AccessDenied denied ? denied.scopes() : List.of();
      exchange
          .response()
          .header(
              "WWW-Authenticate",
              challenge.render(exchange.client(), scopes, reason(exchange, error)));
    }
    byte[] body = Json.write(Map.of("errors", List.of(entry(error))));
    return exchange.sendBytes(error.code().status(), "application/json", body);
  }

  private static Map<String, Object> entry(RegistryException error) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("code", error.code().oci());
    entry.put("message", String.valueOf(error.getMessage()));
    if (!error.detail().isEmpty()) {
      entry.put("detail", error.detail());
    }
    return entry;
  }

  /**
   * A token that was refused, and one that is too narrow, are told apart: clients then ask anew.
   */
  private static String reason(Exchange exchange, RegistryException error) {
    if (error instanceof AccessDenied denied) {
      return denied.tokenPresented() ? "insufficient_scope" : "";
    }
    boolean bearer =
        exchange
            .header(HttpHeaderNames.AUTHORIZATION)
            .map(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
            .orElse(false);
    return bearer ? "invalid_token" : "";
  }
}
