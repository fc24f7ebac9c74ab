package dev.breakwater.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.storage.StorageUnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

final class MigratorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Migration FIRST =
      Migration.parse("V001__first.sql", "-- serves: 1.0\nCREATE TABLE a (n int);");
  private static final Migration SECOND =
      Migration.parse(
          "V002__second.sql",
          "-- serves: 1.2\nCREATE TABLE b (n int);\nINSERT INTO b VALUES (1);\n");

  private Database database;

  @BeforeEach
  void create() {
    database = TestDatabase.empty();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void appliesWhatIsMissing() {
    migrate("1.5", FIRST);
    migrate("1.5", FIRST, SECOND);
    migrate("1.5", FIRST, SECOND);

    assertThat(tables()).containsExactly("a", "b", "schema_step");
  }

  @Test
  void letsManyReplicasStartAtOnce() {
    List<Database> replicas = Stream.generate(this::replica).limit(6).toList();

    Flux.fromIterable(replicas)
        .flatMap(replica -> migrator(replica, "1.5", FIRST, SECOND).migrate(), 6)
        .then()
        .block(PATIENCE);

    replicas.forEach(Database::close);
    assertThat(
            database
                .one("SELECT count(*) AS n FROM b", row -> Rows.number(row, "n"))
                .block(PATIENCE))
        .isEqualTo(1);
  }

  @Test
  void undoesAStepThatFails() {
    Migration broken =
        Migration.parse("V002__broken.sql", "-- serves: 1.0\nCREATE TABLE c (n int); SELECT 1/0;");

    assertThatThrownBy(() -> migrate("1.5", FIRST, broken))
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("Step 2")
        .hasMessageContaining("division by zero");

    assertThat(tables()).containsExactly("a", "schema_step");
  }

  @Test
  void refusesAProgramThatTheSchemaNoLongerServes() {
    migrate("1.2", FIRST, SECOND);

    assertThatThrownBy(() -> migrate("1.1.9", FIRST))
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("serves program version 1.2 and newer")
        .hasMessageContaining("this is version 1.1.9");
  }

  @Test
  void letsAnOlderProgramRunOnANewerSchemaThatServesIt() {
    migrate("1.5", FIRST, SECOND);

    migrate("1.2", FIRST);

    assertThat(tables()).containsExactly("a", "b", "schema_step");
  }

  @Test
  void holdsUpNobodyWhileItWaitsForATable() {
    migrate("1.5", FIRST);
    Migration wider =
        Migration.parse("V002__wider.sql", "-- serves: 1.0\nALTER TABLE a ADD COLUMN m int;");
    Sinks.Empty<Void> exported = Sinks.empty();
    CompletableFuture<?> export =
        database
            .inTx(tx ->
                database
                    .in(tx)
                    .one("SELECT count(*) AS n FROM a", row -> Rows.number(row, "n"))
                    .delayUntil(_ -> exported.asMono()))
            .toFuture();
    await()
        .until(
            () -> count("SELECT count(*) AS n FROM pg_locks WHERE relation = 'a'::regclass"),
            found -> found == 1);

    CompletableFuture<Void> migrated = migrator(database, "1.5", FIRST, wider).migrate().toFuture();
    await()
        .until(
            () ->
                count(
                    "SELECT count(*) AS n FROM pg_locks WHERE relation = 'a'::regclass AND NOT"
                        + " granted"),
            found -> found == 1);

    assertThat(database.update("INSERT INTO a VALUES (1)").block(Duration.ofSeconds(3)))
        .as("although the step wants the table for itself")
        .isEqualTo(1);
    assertThat(migrated).isNotDone();
    exported.tryEmitEmpty();
    assertThat(export).succeedsWithin(PATIENCE);
    assertThat(migrated).succeedsWithin(PATIENCE);
  }

  @Test
  void refusesAStepThatWasEdited() {
    migrate("1.5", FIRST);
    Migration edited =
        Migration.parse("V001__first.sql", "-- serves: 1.0\nCREATE TABLE a (n bigint);");

    assertThatThrownBy(() -> migrate("1.5", edited))
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("Step 1")
        .hasMessageContaining("another build");
  }

  @Test
  void saysThatTheDatabaseCannotBeReached() {
    DatabaseSettings nowhere =
        DatabaseSettings.unixSocket("/nonexistent/socket", "postgres", "somebody", "secret");
    try (Database unreachable = Database.connect(nowhere)) {
      assertThatThrownBy(() -> Migrator.migrate(unreachable, "1.0").block(PATIENCE))
          .isInstanceOf(StorageUnusableException.class)
          .hasMessageContaining("somebody@/nonexistent/socket/postgres cannot be reached")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void knowsEveryFileOfTheProgram() throws IOException {
    List<String> files;
    try (Stream<Path> folder = Files.list(Path.of("src/main/resources/db/migration"))) {
      files = folder.map(file -> file.getFileName().toString()).sorted().toList();
    }

    assertThat(Migration.all())
        .extracting(m -> "V%03d__%s.sql".formatted(m.number(), m.name()))
        .isEqualTo(files);
  }

  @Test
  void makesTheLibraryProject() {
    Migrator.migrate(database, "0.1.0").block(PATIENCE);

    assertThat(
            database
                .many("SELECT name FROM project WHERE is_public", row -> Rows.text(row, "name"))
                .block(PATIENCE))
        .containsExactly("library");
  }

  @Test
  void comparesVersionsByNumber() {
    assertThat(ProgramVersion.parse("1.10.0")).isGreaterThan(ProgramVersion.parse("1.9"));
    assertThat(ProgramVersion.parse("1.9.0-rc1")).isEqualByComparingTo(ProgramVersion.parse("1.9"));
  }

  private long count(String sql) {
    return database.one(sql, row -> Rows.number(row, "n")).blockOptional(PATIENCE).orElseThrow();
  }

  private Database replica() {
    return Database.connect(database.settings().withPoolSize(2));
  }

  private void migrate(String program, Migration... migrations) {
    migrator(database, program, migrations).migrate().block(PATIENCE);
  }

  private static Migrator migrator(Database database, String program, Migration... migrations) {
    return new Migrator(database, ProgramVersion.parse(program), List.of(migrations));
  }

  private List<String> tables() {
    return database
        .many(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
            row -> Rows.text(row, "tablename"))
        .blockOptional(PATIENCE)
        .orElseThrow();
  }
}
