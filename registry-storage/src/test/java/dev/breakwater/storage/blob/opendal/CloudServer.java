package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.Toxiproxy;
import java.net.URI;

/** A server that speaks as a cloud's service does, with one container in it. */
interface CloudServer extends AutoCloseable {
  String CONTAINER = "blobs";

  URI endpoint();

  /** The same over a network of the test's own. */
  default URI through(Toxiproxy network) {
    return URI.create(network.endpoint() + endpoint().getPath());
  }

  /**
   * @param endpoint its own, or that of somebody in between
   */
  OpenDalSettings settings(URI endpoint, String root);

  @Override
  void close();
}
