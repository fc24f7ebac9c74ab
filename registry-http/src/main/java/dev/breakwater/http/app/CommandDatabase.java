package dev.breakwater.http.app;

import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.datadirectory.DataDirectory;
import dev.breakwater.storage.embedded.EmbeddedPostgres;
import dev.breakwater.storage.sql.Database;
import java.util.Optional;

/**
 * The database for a command, as it is: the operator's own; the embedded one, which is started if
 * no server runs; or the embedded one of the server that runs.
 */
record CommandDatabase(
    Database database, Optional<EmbeddedPostgres> postgres, Optional<DataDirectory> directory)
    implements AutoCloseable {
  /** The embedded database has 50, and the running server needs its own. */
  private static final int CONNECTIONS = 8;

  /** Blocks while the embedded database starts. */
  static CommandDatabase open(Settings settings) {
    if (settings.database().url().isPresent()) {
      return new CommandDatabase(
          Database.connect(Storage.databaseSettings(settings, Optional.empty())),
          Optional.empty(),
          Optional.empty());
    }
    Optional<DataDirectory> free = DataDirectory.openUnlessInUse(settings.dataDirectory());
    if (free.isPresent()) {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(free.get());
      return new CommandDatabase(
          Database.connect(postgres.settings()), Optional.of(postgres), free);
    }
    return new CommandDatabase(
        Database.connect(
            EmbeddedPostgres.running(settings.dataDirectory()).withPoolSize(CONNECTIONS)),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public void close() {
    database.close();
    postgres.ifPresent(EmbeddedPostgres::close);
    directory.ifPresent(DataDirectory::close);
  }
}
