package dev.breakwater.http.body;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.server.Exchange;
import io.netty.handler.codec.http.HttpHeaderNames;

/** Makes the error that a range outside the content is answered with. */
final class UnsatisfiableRange {
  private UnsatisfiableRange() {}

  static RegistryException of(Exchange exchange, long size) {
    return new RegistryException(
        ErrorCode.RANGE_INVALID,
        "the blob has "
            + size
            + " bytes; the range '"
            + Printable.shorten(exchange.header(HttpHeaderNames.RANGE).orElse(""))
            + "' lies outside");
  }
}
