package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.http.server.ErrorRenderer;
import dev.breakwater.http.server.Exchange;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Answers with {@code {"errors":[{"code","message"}]}} and the codes of Harbor's API. */
public final class ApiErrors implements ErrorRenderer {

  @Override
  public Mono<Void> render(Exchange exchange, RegistryException error) {
    if (error.code() == ErrorCode.UNAUTHORIZED) {
      exchange.response().header("WWW-Authenticate", "Basic realm=\"breakwater\"");
    }
    Map<String, Object> entry =
        Map.of("code", error.code().management(), "message", String.valueOf(error.getMessage()));
    return ApiAnswers.json(exchange, error.code().status(), Map.of("errors", List.of(entry)));
  }
}
