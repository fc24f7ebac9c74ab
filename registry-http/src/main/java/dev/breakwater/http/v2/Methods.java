package dev.breakwater.http.v2;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.server.Exchange;
import java.util.List;

/** Which methods an endpoint has. */
final class Methods {
  private Methods() {}

  /** Throws UNSUPPORTED, with the {@code Allow} header set, when the method is none of these. */
  static void require(Exchange exchange, String... allowed) {
    if (!List.of(allowed).contains(exchange.method().name())) {
      throw notAllowed(exchange, allowed);
    }
  }

  static RegistryException notAllowed(Exchange exchange, String... allowed) {
    String list = String.join(", ", allowed);
    exchange.response().header("Allow", list);
    return new RegistryException(
        ErrorCode.UNSUPPORTED,
        Printable.shorten(exchange.method().name()) + " is not possible here, only " + list);
  }
}
