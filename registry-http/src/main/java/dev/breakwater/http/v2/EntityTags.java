package dev.breakwater.http.v2;

import dev.breakwater.http.server.Exchange;
import io.netty.handler.codec.http.HttpHeaderNames;

/** Conditional requests (RFC 9110, section 13). */
final class EntityTags {
  private EntityTags() {}

  /** Whether {@code If-None-Match} says that the client has this content already. */
  static boolean matches(Exchange exchange, String entityTag) {
    String header = exchange.request().requestHeaders().get(HttpHeaderNames.IF_NONE_MATCH);
    if (header == null) {
      return false;
    }
    for (String candidate : header.split(",", 50)) {
      String tag = candidate.strip();
      String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
      if (strong.equals("*") || strong.equals(entityTag)) {
        return true;
      }
    }
    return false;
  }
}
