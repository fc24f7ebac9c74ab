package dev.breakwater.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.datadirectory.DataDirectory;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.DatabaseSettings;
import dev.breakwater.storage.sql.PoolSettings;
import dev.breakwater.storage.sql.Rows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedPostgresTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private DataDirectory directory;

  @BeforeEach
  void open() {
    directory = DataDirectory.open(folder);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Test
  void keepsRowsOverARestart() {
    try (EmbeddedPostgres postgres = TestPostgres.start(directory)) {
      update(postgres, "CREATE TABLE kept AS SELECT 42 AS answer");
    }

    try (EmbeddedPostgres postgres = TestPostgres.start(directory)) {
      assertThat(query(postgres, "SELECT answer::text FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void isDurableAndCheckedAndPrivate() throws IOException {
    try (EmbeddedPostgres postgres = TestPostgres.start(directory)) {
      assertThat(query(postgres, "SHOW fsync")).isEqualTo("on");
      assertThat(query(postgres, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(query(postgres, "SHOW full_page_writes")).isEqualTo("on");
      assertThat(query(postgres, "SHOW data_checksums")).isEqualTo("on");
      assertThat(query(postgres, "SHOW server_encoding")).isEqualTo("UTF8");
      assertThat(query(postgres, "SHOW listen_addresses")).isEmpty();
      assertThat(query(postgres, "SHOW password_encryption")).isEqualTo("scram-sha-256");
    }
    assertThat(mode(folder.resolve("postgres/password"))).isEqualTo("rw-------");
    assertThat(mode(folder.resolve("postgres/run"))).isEqualTo("rwx------");
    assertThat(mode(folder.resolve("postgres/data"))).isEqualTo("rwx------");
  }

  @Test
  void refusesAWrongPassword() {
    try (EmbeddedPostgres postgres = TestPostgres.start(directory);
        Database database =
            Database.connect(
                new DatabaseSettings(
                    postgres.settings().server(),
                    "postgres",
                    "breakwater",
                    "wrong",
                    PoolSettings.DEFAULT))) {
      assertThatThrownBy(() -> database.one("SELECT 1", _ -> 1).block(PATIENCE))
          .isInstanceOf(RuntimeException.class)
          .hasStackTraceContaining("password authentication failed");
    }
  }

  @Test
  void comesBackAfterItsServerWasKilled() {
    try (EmbeddedPostgres postgres = TestPostgres.start(directory);
        Database database = Database.connect(postgres.settings())) {
      database.update("CREATE TABLE kept AS SELECT 42 AS answer").block(PATIENCE);

      Launcher.signal("KILL", PostgresProcess.recordedPid(data()).orElseThrow());

      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() ->
              assertThat(
                      database
                          .one(
                              "SELECT answer FROM kept",
                              row -> Rows.get(row, "answer", Integer.class))
                          .block(PATIENCE))
                  .isEqualTo(42));
    }
  }

  @Test
  void answersUnavailableWhileItsServerIsAway() {
    Database database;
    try (EmbeddedPostgres postgres = TestPostgres.start(directory)) {
      database = Database.connect(postgres.settings());
      database.update("CREATE TABLE kept AS SELECT 42 AS answer").block(PATIENCE);
    }

    assertThatThrownBy(() -> database.one("SELECT 1", _ -> 1).block(PATIENCE))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    database.close();
  }

  @Test
  void startsAfterAStalePidFileThatNamesALivingStranger() throws IOException {
    TestPostgres.start(directory).close();
    Files.writeString(
        data().resolve("postmaster.pid"),
        ProcessHandle.current().parent().orElseThrow().pid() + "\n" + data() + "\n0\n5432\n\n\n");

    try (EmbeddedPostgres postgres = TestPostgres.start(directory)) {
      assertThat(query(postgres, "SELECT 'yes'")).isEqualTo("yes");
    }
  }

  @Test
  void unpacksOnceAndForgetsOtherVersions() throws IOException {
    Path other = Files.createDirectories(folder.resolve("pg-bin/0123/bin"));

    EmbeddedPostgres.start(directory).close();

    assertThat(other).doesNotExist();
    try (Stream<Path> entries = Files.list(folder.resolve("pg-bin"))) {
      assertThat(entries.map(entry -> entry.getFileName().toString()))
          .hasSize(2)
          .anyMatch(name -> name.matches("[0-9a-f]{64}"))
          .anyMatch(name -> name.startsWith("archive-"));
    }
  }

  @Test
  void refusesDataFilesOfAnotherMajorVersion() throws IOException {
    TestPostgres.start(directory).close();
    Files.writeString(data().resolve("PG_VERSION"), "17\n");

    assertThatThrownBy(() -> TestPostgres.start(directory))
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("written by PostgreSQL 17")
        .hasMessageContaining("brings PostgreSQL 18");
  }

  @Test
  void bringsTheMajorVersionThatItSays() throws Exception {
    PostgresBinaries binaries = PostgresBinaries.unpack(TestPostgres.PROGRAMS);
    Process process = new ProcessBuilder(binaries.postgres().toString(), "--version").start();

    String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(version).contains(" " + PostgresBinaries.MAJOR_VERSION + ".");
  }

  @Test
  void saysThatThePasswordFileIsMissing() throws IOException {
    TestPostgres.start(directory).close();
    Files.delete(folder.resolve("postgres/password"));

    assertThatThrownBy(() -> TestPostgres.start(directory))
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("password");
  }

  @Test
  void usesAShortTemporaryFolderWhenTheSocketsPathWouldBeTooLong() throws IOException {
    Path deep = folder.resolve("a".repeat(100));
    try (DataDirectory deepDirectory = DataDirectory.open(deep);
        EmbeddedPostgres postgres = TestPostgres.start(deepDirectory)) {
      assertThat(query(postgres, "SELECT 'yes'")).isEqualTo("yes");
      assertThat(postgres.settings().toString()).doesNotContain("aaaa");
    }
  }

  @Test
  void finishesAnInterruptedFirstStart() throws IOException {
    Files.createDirectories(folder.resolve("postgres/data.unfinished/base"));
    Files.writeString(folder.resolve("postgres/password.initial"), "half");

    try (EmbeddedPostgres postgres = TestPostgres.start(directory)) {
      assertThat(query(postgres, "SELECT 'yes'")).isEqualTo("yes");
    }
  }

  @Test
  void readsTheOperatorsOwnSettingsLast() throws IOException {
    TestPostgres.start(directory).close();
    Files.writeString(data().resolve("local.conf"), "work_mem = 5MB\n");

    try (EmbeddedPostgres postgres = TestPostgres.start(directory)) {
      assertThat(query(postgres, "SHOW work_mem")).isEqualTo("5MB");
    }
  }

  @Test
  void saysWhatPostgresSaidWhenItDoesNotStart() throws IOException {
    TestPostgres.start(directory).close();
    Files.writeString(data().resolve("local.conf"), "no_such_setting = 5\n");

    assertThatThrownBy(() -> TestPostgres.start(directory))
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("no_such_setting");
  }

  private Path data() {
    return directory.path().resolve("postgres/data");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static String query(EmbeddedPostgres postgres, String sql) {
    try (Database database = Database.connect(postgres.settings())) {
      List<String> rows = database.many(sql, row -> String.valueOf(row.get(0))).block(PATIENCE);
      return String.join(",", rows);
    }
  }

  private static void update(EmbeddedPostgres postgres, String sql) {
    try (Database database = Database.connect(postgres.settings())) {
      database.update(sql).block(PATIENCE);
    }
  }
}
