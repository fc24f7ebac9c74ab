package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.server.Exchange;
import java.util.Locale;

/** Switches in queries and headers. */
public final class Flags {
  private Flags() {}

  /**
   * A query parameter.
   *
   * @throws RegistryException UNPROCESSABLE when it is neither true nor false
   */
  public static boolean parameter(Exchange exchange, String name, boolean fallback) {
    return parse(name, exchange.parameter(name).orElse(""), fallback);
  }

  /**
   * Whether a header says {@code true}; it does not when it is missing.
   *
   * @throws RegistryException UNPROCESSABLE when it is neither true nor false
   */
  public static boolean header(Exchange exchange, String name) {
    return parse(name, exchange.header(name).orElse(""), false);
  }

  private static boolean parse(String name, String text, boolean fallback) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "" -> fallback;
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new RegistryException(
              ErrorCode.UNPROCESSABLE,
              name + " is '" + Printable.shorten(text) + "'; it must be true or false");
    };
  }
}
