package dev.breakwater.benchmarks.client;

import java.io.IOException;
import java.util.Map;

/** Gets things that nobody looks at. */
public interface Getter extends AutoCloseable {
  /** The cheapest there is: over TLS every byte has to be decrypted, else the kernel drops them. */
  static Getter to(Endpoint endpoint) throws IOException {
    return endpoint.tls() ? new Connection(endpoint) : new DiscardingConnection(endpoint);
  }

  /**
   * Gets something and drops it.
   *
   * @return how many bytes the body had; every one of them has arrived
   */
  long get(String target, Map<String, String> headers) throws IOException;

  @Override
  void close() throws IOException;
}
