package dev.breakwater.benchmarks.client;

/**
 * Where a registry listens on 127.0.0.1.
 *
 * @param tls whether HTTPS is spoken there
 */
public record Endpoint(int port, boolean tls) {
  public static final String HOST = "127.0.0.1";

  public String authority() {
    return HOST + ":" + port;
  }

  public String url(String target) {
    return (tls ? "https://" : "http://") + authority() + target;
  }
}
