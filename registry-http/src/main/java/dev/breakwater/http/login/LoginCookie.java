package dev.breakwater.http.login;

import dev.breakwater.http.server.Exchange;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.CookieHeaderNames.SameSite;
import io.netty.handler.codec.http.cookie.DefaultCookie;
import io.netty.handler.codec.http.cookie.ServerCookieEncoder;
import java.time.Duration;
import java.util.Set;

/**
 * A cookie of a log-in that is under way: for scripts and other sites invisible, but sent along
 * when the provider sends the browser back (SameSite=Lax).
 *
 * @param name unique on this server
 */
record LoginCookie(String name) {
  private static final String PATH = "/c/oidc";

  /** What the browser has; empty if it has none. */
  String read(Exchange exchange) {
    Set<Cookie> cookies = exchange.request().cookies().getOrDefault(name, Set.of());
    return cookies.isEmpty() ? "" : cookies.iterator().next().value();
  }

  void set(Exchange exchange, String value, Duration lifetime) {
    DefaultCookie cookie = new DefaultCookie(name, value);
    cookie.setPath(PATH);
    cookie.setHttpOnly(true);
    cookie.setSecure(exchange.client().scheme().equals("https"));
    cookie.setSameSite(SameSite.Lax);
    cookie.setMaxAge(lifetime.toSeconds());
    exchange.response().addHeader("Set-Cookie", ServerCookieEncoder.STRICT.encode(cookie));
  }

  void remove(Exchange exchange) {
    set(exchange, "", Duration.ZERO);
  }
}
