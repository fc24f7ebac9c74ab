package dev.breakwater.http.login;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.server.ErrorRenderer;
import dev.breakwater.http.server.Exchange;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** As the management API, but without a challenge: a browser would ask for a password itself. */
public final class LoginErrors implements ErrorRenderer {
  @Override
  public Mono<Void> render(Exchange exchange, RegistryException error) {
    Map<String, Object> entry =
        Map.of("code", error.code().management(), "message", String.valueOf(error.getMessage()));
    return ApiAnswers.json(exchange, error.code().status(), Map.of("errors", List.of(entry)));
  }
}
