package dev.breakwater.storage.blob;

import java.net.URI;

/** A server of objects with a place for blobs in it. */
public interface ObjectServer extends AutoCloseable {
  URI endpoint();

  /** The same over a network of the test's own. */
  default URI through(Toxiproxy network) {
    return URI.create(network.endpoint() + endpoint().getPath());
  }

  @Override
  void close();
}
