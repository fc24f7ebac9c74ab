package dev.breakwater.storage.sql;

import dev.breakwater.storage.datadirectory.DataDirectory;
import dev.breakwater.storage.embedded.EmbeddedPostgres;
import dev.breakwater.storage.embedded.TestPostgres;
import dev.breakwater.storage.sql.DatabaseSettings.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Databases for tests, all on one real server per JVM. The server ends with the JVM; its files are
 * in the build's folder and made anew each time. They need not outlive the machine, so it does not
 * wait for disks, and it looks for deadlocks early. Tests of what is on disk start their own.
 */
public final class TestDatabase {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A program that has just been started is slow on a crowded machine. */
  private static final PoolSettings PATIENT =
      new PoolSettings(
          4, PATIENCE, PATIENCE, Duration.ZERO, Duration.ofMinutes(2), Duration.ofHours(1), false);

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String SERVER = "TEST_DATABASE_SERVER";
  private static final String DATABASE = "TEST_DATABASE";
  private static final String USER = "TEST_DATABASE_USER";
  private static final String PASSWORD = "TEST_DATABASE_PASSWORD";

  private TestDatabase() {}

  /** A database without any table. */
  public static Database empty() {
    return create("template0");
  }

  /** A database with the program's schema, copied from one that was migrated once. */
  public static Database migrated() {
    return create(Embedded.TEMPLATE);
  }

  /** What {@link #ofEnvironment} reads in another process. */
  public static Map<String, String> environment(Database database) {
    DatabaseSettings settings = database.settings();
    String server =
        switch (settings.server()) {
          case Server.UnixSocket(String path) -> path;
          case Server.Tcp tcp -> Integer.toString(tcp.port());
        };
    return Map.of(
        SERVER,
        server,
        DATABASE,
        settings.database(),
        USER,
        settings.username(),
        PASSWORD,
        settings.password());
  }

  /** The same database as in the process that started this one. */
  public static Database ofEnvironment() {
    Map<String, String> environment = System.getenv();
    String server = environment.getOrDefault(SERVER, "");
    String database = environment.getOrDefault(DATABASE, "");
    String user = environment.getOrDefault(USER, "");
    String password = environment.getOrDefault(PASSWORD, "");
    DatabaseSettings settings =
        server.contains("/")
            ? DatabaseSettings.unixSocket(server, database, user, password)
            : DatabaseSettings.tcp("127.0.0.1", Integer.parseInt(server), database, user, password);
    return Database.connect(settings.withPool(PATIENT));
  }

  private static Database create(String template) {
    String name = "test_" + NUMBER.incrementAndGet();
    try (Database postgres = Database.connect(Embedded.POSTGRES.settings())) {
      postgres.update("CREATE DATABASE " + name + " TEMPLATE " + template).block(PATIENCE);
    }
    return Database.connect(Embedded.POSTGRES.settings().withDatabase(name));
  }

  /** Made when it is first needed. */
  private static final class Embedded {
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
