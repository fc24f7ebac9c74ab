package dev.breakwater.http.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.core.json.Json;
import dev.breakwater.http.server.Exchange;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import reactor.core.publisher.Mono;

/** The forms of the management API's answers. */
public final class ApiAnswers {
  private static final String PATTERN = "0000-00-00T00:00:00.000Z";

  private ApiAnswers() {}

  /**
   * Sends JSON.
   *
   * @param body maps, lists, texts, numbers
   */
  public static Mono<Void> json(Exchange exchange, int status, Object body) {
    return exchange.sendBytes(status, "application/json; charset=utf-8", Json.write(body));
  }

  /**
   * A time with milliseconds, as clients of Harbor's API expect it: {@code
   * 2026-11-27T09:05:03.020Z}. Lists are full of them, and a formatter takes ten times as long.
   *
   * @param instant in the years 0 to 9999
   */
  public static String time(Instant instant) {
    LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    byte[] text = PATTERN.getBytes(US_ASCII);
    write(text, 3, time.getYear());
    write(text, 6, time.getMonthValue());
    write(text, 9, time.getDayOfMonth());
    write(text, 12, time.getHour());
    write(text, 15, time.getMinute());
    write(text, 18, time.getSecond());
    write(text, 22, time.getNano() / 1_000_000);
    return new String(text, US_ASCII);
  }

  /**
   * @param last where the last digit goes; zeros stand before it
   */
  private static void write(byte[] text, int last, int number) {
    int at = last;
    for (int rest = number; rest > 0; rest /= 10) {
      text[at--] = (byte) ('0' + rest % 10);
    }
  }
}
