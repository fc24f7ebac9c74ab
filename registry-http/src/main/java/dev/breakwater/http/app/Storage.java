package dev.breakwater.http.app;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.http.app.config.Secret;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.blob.BlobDriver;
import dev.breakwater.storage.datadirectory.DataDirectory;
import dev.breakwater.storage.embedded.EmbeddedPostgres;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.DatabaseSettings;
import dev.breakwater.storage.sql.ListenCheck;
import dev.breakwater.storage.sql.Migrator;
import dev.breakwater.storage.sql.PoolSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Rows and bytes, opened: the data directory is ours, the schema is current. */
final class Storage implements AutoCloseable {
  private static final Digest ABSENT = Digest.compute(DigestAlgorithm.SHA256, new byte[] {0});

  private final Optional<DataDirectory> directory;
  private final Optional<EmbeddedPostgres> postgres;
  private final Database database;
  private final BlobDriver blobs;

  private Storage(
      Optional<DataDirectory> directory,
      Optional<EmbeddedPostgres> postgres,
      Database database,
      BlobDriver blobs) {
    this.directory = directory;
    this.postgres = postgres;
    this.database = database;
    this.blobs = blobs;
  }

  /**
   * Opens the data directory, the database, then the blob store. Blocks.
   *
   * @param blobIo runs file operations
   */
  static Storage open(Settings settings, Scheduler blobIo) throws IOException {
    DataDirectory directory = DataDirectory.open(settings.dataDirectory());
    Optional<EmbeddedPostgres> postgres =
        settings.database().url().isPresent()
            ? Optional.empty()
            : Optional.of(EmbeddedPostgres.start(directory));
    Database database = Database.connect(databaseSettings(settings, postgres));
    if (postgres.isEmpty()) {
      ListenCheck.run(database).block();
    }
    Migrator.migrate(database, BuildVersion.current()).block();
    BlobDriver blobs = BlobDrivers.open(settings.storage(), database, blobIo);
    return new Storage(Optional.of(directory), postgres, database, blobs);
  }

  /**
   * The operator's own database without the rest, for a command that runs while servers do. Blocks.
   */
  static Database external(Settings settings) {
    Database database = Database.connect(databaseSettings(settings, Optional.empty()));
    try {
      Migrator.migrate(database, BuildVersion.current()).block();
      return database;
    } catch (StorageUnusableException e) {
      database.close();
      throw e;
    }
  }

  /**
   * Rows and bytes for a command, whether servers run or not, see {@link CommandDatabase}. Blocks.
   *
   * @param blobIo runs file operations
   */
  static Storage forCommand(Settings settings, Scheduler blobIo) throws IOException {
    CommandDatabase opened = CommandDatabase.open(settings);
    try {
      Migrator.migrate(opened.database(), BuildVersion.current()).block();
      return new Storage(
          opened.directory(),
          opened.postgres(),
          opened.database(),
          BlobDrivers.open(settings.storage(), opened.database(), blobIo));
    } catch (IOException | StorageUnusableException e) {
      opened.close();
      throw e;
    }
  }

  Database database() {
    return database;
  }

  BlobDriver blobs() {
    return blobs;
  }

  /** What must answer for this replica to be ready. */
  Map<String, Mono<?>> checks() {
    Map<String, Mono<?>> checks = new LinkedHashMap<>();
    checks.put("database", database.watch().check());
    checks.put("storage", blobs.stat(ABSENT));
    return checks;
  }

  /** Shows how the connection pool is used. */
  void bindMetrics(MeterRegistry meters) {
    meters.gauge("breakwater_database_pool_acquired", database, it -> it.poolUse().acquired());
    meters.gauge("breakwater_database_pool_idle", database, it -> it.poolUse().idle());
    meters.gauge("breakwater_database_pool_waiting", database, it -> it.poolUse().waiting());
    meters.gauge("breakwater_database_pool_max", database, it -> it.poolUse().max());
    BlobDrivers.bindMetrics(blobs, meters);
    meters.gauge("breakwater_database_embedded", postgres, it -> it.isPresent() ? 1 : 0);
  }

  /** In the reverse order of {@link #open}. */
  @Override
  public void close() throws IOException {
    blobs.close();
    database.close();
    postgres.ifPresent(EmbeddedPostgres::close);
    if (directory.isPresent()) {
      directory.get().close();
    }
  }

  static DatabaseSettings databaseSettings(Settings settings, Optional<EmbeddedPostgres> postgres) {
    return postgres
        .map(EmbeddedPostgres::settings)
        .orElseGet(() -> external(settings.database()))
        .withPool(pool(settings.database().pool()));
  }

  private static DatabaseSettings external(
      dev.breakwater.http.app.config.DatabaseSettings settings) {
    DatabaseSettings found =
        DatabaseSettings.parse(
            settings.url().orElseThrow(),
            settings.username().orElse(""),
            settings.password().map(Secret::value).orElse(""));
    return settings
        .rootCertificate()
        .map(file -> found.withRootCertificate(file.toString()))
        .orElse(found);
  }

  private static PoolSettings pool(dev.breakwater.http.app.config.DatabaseSettings.Pool pool) {
    return new PoolSettings(
        pool.size(),
        pool.acquireTimeout(),
        pool.connectTimeout(),
        pool.statementTimeout(),
        pool.maxIdle(),
        pool.maxLife(),
        pool.pgbouncer());
  }
}
