package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.http.server.ErrorRenderer;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Answers with {@code {"errors":[{"code","message"}]}} and the codes of Harbor's API. What went
 * wrong inside is for the log: clients get the id under which it stands there. That something is
 * away or full is no secret: it says when it is worth trying again.
 */
public final class ApiErrors implements ErrorRenderer {
  private static final int SERVER_ERROR = 500;

  @Override
  public Mono<Void> render(Exchange exchange, RegistryException error) {
    int status = error.code().status();
    if (error.code() == ErrorCode.UNAUTHORIZED) {
      exchange.response().header("WWW-Authenticate", "Basic realm=\"breakwater\"");
    }
    Map<String, Object> body = new LinkedHashMap<>();
    if (error.code() == ErrorCode.UNAVAILABLE || error.code() == ErrorCode.STORAGE_FULL) {
      body.put("errors", List.of(entry(error.code(), String.valueOf(error.getMessage()))));
      body.put("request_id", exchange.requestId());
    } else if (status >= SERVER_ERROR) {
      body.put("errors", List.of(entry(ErrorCode.UNKNOWN, "internal server error")));
      body.put("request_id", exchange.requestId());
    } else {
      body.put("errors", List.of(entry(error.code(), String.valueOf(error.getMessage()))));
    }
    return ApiAnswers.json(exchange, status, body);
  }

  private static Map<String, Object> entry(ErrorCode code, String message) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("code", code.management());
    entry.put("message", message);
    return entry;
  }
}
