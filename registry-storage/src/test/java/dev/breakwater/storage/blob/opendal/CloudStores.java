package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.ObjectStores;
import dev.breakwater.storage.sql.blob.PgStagedUploads;
import java.net.URI;
import java.time.Clock;
import java.util.function.UnaryOperator;

/** Stores on one server. */
final class CloudStores extends ObjectStores<OpenDalBlobStore> {
  private final CloudServer server;

  CloudStores(CloudServer server) {
    this.server = server;
  }

  OpenDalBlobStore open() {
    return open(server.endpoint());
  }

  @Override
  public OpenDalBlobStore open(URI endpoint) {
    return open(endpoint, UnaryOperator.identity());
  }

  OpenDalBlobStore open(URI endpoint, UnaryOperator<OpenDalSettings> change) {
    return keep(
        OpenDalBlobStore.open(
            change.apply(server.settings(endpoint, root())),
            new PgStagedUploads(database()),
            workers(),
            Clock.systemUTC()));
  }

  @Override
  public int partsTaken() {
    return opened().stream().mapToInt(it -> it.partsTaken() + it.uploadsWaiting()).sum();
  }

  /** In bytes, what downloads hold. */
  long readMemoryTaken() {
    return opened().stream()
        .mapToLong(
            it -> server.settings(server.endpoint(), root()).readMemory() - it.readMemoryFree())
        .sum();
  }
}
