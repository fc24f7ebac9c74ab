package dev.breakwater.storage.blob.opendal;

import java.net.URI;

/** A server that speaks as a cloud's service does, with one container in it. */
interface CloudServer extends AutoCloseable {
  String CONTAINER = "blobs";

  URI endpoint();

  /**
   * @param endpoint its own, or that of somebody in between
   */
  OpenDalSettings settings(URI endpoint, String root);

  @Override
  void close();
}
