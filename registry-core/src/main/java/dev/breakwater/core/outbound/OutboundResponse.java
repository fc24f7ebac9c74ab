package dev.breakwater.core.outbound;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What another system answered.
 *
 * @param headers the first value of each, by name in lower case
 */
public record OutboundResponse(int status, Map<String, String> headers, byte[] body) {
  public OutboundResponse {
    headers = Map.copyOf(headers);
    body = body.clone();
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /** Without headers and body, which hold credentials. */
  @Override
  public String toString() {
    return "OutboundResponse[" + status + "]";
  }
}
