package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.blob.PgStagedUploads;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Stores on one server and one database, each group of them under a prefix of its own. */
final class CloudStores implements AutoCloseable {
  static final int MIB = 1024 * 1024;

  private final CloudServer server;
  private final Database database = TestDatabase.migrated();
  private final Scheduler workers = Schedulers.newBoundedElastic(8, 10_000, "blob-io");
  private final List<OpenDalBlobStore> opened = new ArrayList<>();
  private String root = "";

  CloudStores(CloudServer server) {
    this.server = server;
  }

  /** Everything that is opened from now on sees nothing of what was stored before. */
  void begin() {
    closeStores();
    root = "test/" + UUID.randomUUID();
  }

  OpenDalBlobStore open() {
    return open(server.endpoint(), UnaryOperator.identity());
  }

  OpenDalBlobStore open(URI endpoint, UnaryOperator<OpenDalSettings> change) {
    OpenDalBlobStore store =
        OpenDalBlobStore.open(
            change.apply(server.settings(endpoint, root)),
            new PgStagedUploads(database),
            workers,
            Clock.systemUTC());
    opened.add(store);
    return store;
  }

  /** How many pieces uploads hold or wait for. */
  int partsTaken() {
    return opened.stream().mapToInt(it -> it.partsTaken() + it.uploadsWaiting()).sum();
  }

  /** In bytes, what downloads hold. */
  long readMemoryTaken() {
    return opened.stream()
        .mapToLong(
            it -> server.settings(server.endpoint(), root).readMemory() - it.readMemoryFree())
        .sum();
  }

  String root() {
    return root;
  }

  Database database() {
    return database;
  }

  private void closeStores() {
    opened.forEach(OpenDalBlobStore::close);
    opened.clear();
  }

  @Override
  public void close() {
    closeStores();
    workers.dispose();
    database.close();
  }
}
