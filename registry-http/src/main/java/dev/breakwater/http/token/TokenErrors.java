package dev.breakwater.http.token;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.http.server.ErrorRenderer;
import dev.breakwater.http.server.Exchange;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Answers in the registry's envelope, which is what docker shows to its user. */
public final class TokenErrors implements ErrorRenderer {

  @Override
  public Mono<Void> render(Exchange exchange, RegistryException error) {
    if (error.code() == ErrorCode.UNAUTHORIZED) {
      exchange.response().header("WWW-Authenticate", "Basic realm=\"breakwater\"");
    }
    Map<String, Object> entry =
        Map.of("code", error.code().oci(), "message", String.valueOf(error.getMessage()));
    return exchange.sendBytes(
        error.code().status(), "application/json", Json.write(Map.of("errors", List.of(entry))));
  }
}
