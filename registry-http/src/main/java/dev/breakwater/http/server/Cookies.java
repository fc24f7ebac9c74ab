package dev.breakwater.http.server;

import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.util.Optional;

/** Cookies of requests and answers; ours are never for scripts. */
public final class Cookies {
  private static final int MAX_LENGTH = 8 * 1024;

  private Cookies() {}

  /** The value of a cookie of the request. */
  public static Optional<String> find(Exchange exchange, String name) {
    String header = exchange.header("Cookie").orElse("");
    if (header.isEmpty() || header.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    return ServerCookieDecoder.STRICT.decode(header).stream()
        .filter(cookie -> cookie.name().equals(name))
        .map(Cookie::value)
        .findFirst();
  }

  /**
   * Sets a cookie for as long as the browser runs.
   *
   * @param sameSite {@code Strict} or {@code Lax}
   */
  public static void set(Exchange exchange, String name, String value, String sameSite) {
    add(exchange, name + "=" + value, sameSite);
  }

  /** Makes the browser forget a cookie. */
  public static void remove(Exchange exchange, String name) {
    add(exchange, name + "=; Max-Age=0", "Strict");
  }

  private static void add(Exchange exchange, String cookie, String sameSite) {
    String secure = exchange.client().scheme().equals("https") ? "; Secure" : "";
    exchange
        .response()
        .addHeader("Set-Cookie", cookie + "; Path=/; HttpOnly; SameSite=" + sameSite + secure);
  }
}
