package dev.breakwater.core.outbound;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request to another system.
 *
 * @param headers by name
 * @param body empty for GET
 * @param maximum the most bytes of the answer's body that are read
 * @param deadline for all of it, redirects included
 */
public record OutboundRequest(
    String method,
    URI uri,
    Map<String, String> headers,
    byte[] body,
    Trust trust,
    int maximum,
    Duration deadline) {
  private static final int MAXIMUM = 1024 * 1024;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  public OutboundRequest {
    headers = Map.copyOf(headers);
    body = body.clone();
  }

  public static OutboundRequest get(URI uri, Trust trust) {
    return new OutboundRequest("GET", uri, Map.of(), new byte[0], trust, MAXIMUM, DEADLINE);
  }

  public static OutboundRequest post(URI uri, String contentType, byte[] body, Trust trust) {
    return new OutboundRequest(
        "POST", uri, Map.of("Content-Type", contentType), body, trust, MAXIMUM, DEADLINE);
  }

  public OutboundRequest withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new OutboundRequest(method, uri, more, body, trust, maximum, deadline);
  }

  public OutboundRequest within(Duration other) {
    return new OutboundRequest(method, uri, headers, body, trust, maximum, other);
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /** Without headers and body, which hold credentials. */
  @Override
  public String toString() {
    return method + " " + uri.getScheme() + "://" + uri.getHost() + uri.getRawPath();
  }
}
