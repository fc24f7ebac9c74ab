package dev.breakwater.http.server;

/**
 * How the client reached us, as far as the connection and trusted proxies tell.
 *
 * @param scheme {@code http} or {@code https}
 * @param host host and port as the client wrote them
 * @param peer the client's address, for the log
 */
public record ClientAddress(String scheme, String host, String peer) {
  /** For example {@code https://registry.example.com}. */
  public String baseUrl() {
    return scheme + "://" + host;
  }
}
