package dev.breakwater.storage.sql;

import dev.breakwater.storage.datadirectory.DataDirectory;
import dev.breakwater.storage.embedded.EmbeddedPostgres;
import dev.breakwater.storage.embedded.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Databases for tests, all on one real server per JVM. The server ends with the JVM; its files are
 * in the build's folder and made anew each time. They need not outlive the machine, so it does not
 * wait for disks, and it looks for deadlocks early. Tests of what is on disk start their own.
 */
public final class TestDatabase {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private TestDatabase() {}

  /** A database without any table. */
  public static Database empty() {
    return create("template0");
  }

  /** A database with the program's schema, copied from one that was migrated once. */
  public static Database migrated() {
    return create(Server.TEMPLATE);
  }

  private static Database create(String template) {
    String name = "test_" + NUMBER.incrementAndGet();
    try (Database postgres = Database.connect(Server.POSTGRES.settings())) {
      postgres.update("CREATE DATABASE " + name + " TEMPLATE " + template).block(PATIENCE);
    }
    return Database.connect(Server.POSTGRES.settings().withDatabase(name));
  }

  /** Made when it is first needed. */
  private static final class Server {
    static final String TEMPLATE = "migrated";
    static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        Path folder = Files.createTempDirectory(Path.of("target"), "postgres-");
        EmbeddedPostgres postgres = TestPostgres.start(DataDirectory.open(folder));
        Runtime.getRuntime()
            .addShutdownHook(new Thread(() -> TestPostgres.remove(postgres, folder)));
        hasten(postgres);
        migrate(postgres);
        return postgres;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void hasten(EmbeddedPostgres postgres) {
      try (Database database = Database.connect(postgres.settings())) {
        for (String setting :
            List.of("fsync = off", "full_page_writes = off", "deadlock_timeout = '100ms'")) {
          database.update("ALTER SYSTEM SET " + setting).block(PATIENCE);
        }
        database.update("SELECT pg_reload_conf()").block(PATIENCE);
      }
    }

    private static void migrate(EmbeddedPostgres postgres) {
      try (Database database = Database.connect(postgres.settings())) {
        database.update("CREATE DATABASE " + TEMPLATE + " TEMPLATE template0").block(PATIENCE);
      }
      try (Database database = Database.connect(postgres.settings().withDatabase(TEMPLATE))) {
        Migrator.migrate(database, "0.1.0").block(PATIENCE);
      }
    }
  }
}
