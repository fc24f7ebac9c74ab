package dev.breakwater.storage.blob;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Stores on servers and one database, each group of them under a prefix of its own. */
public abstract class ObjectStores<S extends BlobDriver> implements AutoCloseable {
  public static final int MIB = 1024 * 1024;

  private final Database database = TestDatabase.migrated();
  private final Scheduler workers = Schedulers.newBoundedElastic(8, 10_000, "blob-io");
  private final List<S> opened = new ArrayList<>();
  private String root = "";

  /** Everything that is opened from now on sees nothing of what was stored before. */
  public final void begin() {
    closeStores();
    root = "test/" + UUID.randomUUID();
  }

  public abstract S open(URI endpoint);

  /** How many pieces uploads hold or wait for. */
  public abstract int partsTaken();

  /** What the keys of all objects begin with now. */
  public final String root() {
    return root;
  }

  public final Database database() {
    return database;
  }

  protected final Scheduler workers() {
    return workers;
  }

  protected final S keep(S store) {
    opened.add(store);
    return store;
  }

  protected final List<S> opened() {
    return opened;
  }

  private void closeStores() {
    for (S store : opened) {
      try {
        store.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    opened.clear();
  }

  @Override
  public void close() {
    closeStores();
    workers.dispose();
    database.close();
  }
}
