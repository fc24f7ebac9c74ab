package dev.breakwater.http.v2;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.server.Exchange;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The parameters {@code n} and {@code last}, and the {@code Link} to the next page. */
final class Paging {
  private Paging() {}

  /**
   * @param fallback how many when the client does not say
   * @param max the most that one answer has; asking for more is no error
   */
  static int limit(Exchange exchange, int fallback, int max) {
    Optional<String> text = exchange.parameter("n");
    if (text.isEmpty()) {
      return fallback;
    }
    String digits = text.get();
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new RegistryException(
          ErrorCode.PAGINATION_NUMBER_INVALID,
          "n='" + Printable.shorten(digits) + "' is not a number of entries; expected 0 or more");
    }
    return digits.length() > 9 ? max : Math.min(max, Integer.parseInt(digits));
  }

  /** Where the page before ended. A text that no row can have is cut down to what sorts like it. */
  static Optional<String> after(Exchange exchange) {
    return exchange
        .parameter("last")
        .filter(last -> !last.isEmpty())
        .map(last -> last.length() > 300 ? last.substring(0, 300) : last)
        .map(last -> last.replaceAll("[\\x00\\p{Cs}]", "?"));
  }

  /** Announces the page behind {@code last}. */
  static void linkNext(Exchange exchange, int limit, String last, String moreParameters) {
    exchange
        .response()
        .header(
            "Link",
            "<"
                + exchange.path()
                + "?n="
                + limit
                + "&last="
                + encode(last)
                + moreParameters
                + ">; rel=\"next\"");
  }

  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
