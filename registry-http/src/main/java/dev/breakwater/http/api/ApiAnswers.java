package dev.breakwater.http.api;

import dev.breakwater.core.json.Json;
import dev.breakwater.http.server.Exchange;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import reactor.core.publisher.Mono;

/** The forms of the management API's answers. */
public final class ApiAnswers {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private ApiAnswers() {}

  /**
   * Sends JSON.
   *
   * @param body maps, lists, texts, numbers
   */
  public static Mono<Void> json(Exchange exchange, int status, Object body) {
    return exchange.sendBytes(status, "application/json; charset=utf-8", Json.write(body));
  }

  /** A time with milliseconds, as clients of Harbor's API expect it. */
  public static String time(Instant instant) {
    return TIME.format(instant);
  }
}
