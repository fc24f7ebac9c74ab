package dev.breakwater.storage.sql.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Migrator;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SchemaStep;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

final class BackupTest {
  private static final RepositoryName REPOSITORY = RepositoryName.parse("library/one");
  private static final String VERSION = "0.1.0";

  private final List<Database> opened = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final Scheduler workers =
      Schedulers.fromExecutorService(Executors.newSingleThreadExecutor());

  @AfterEach
  void close() {
    opened.forEach(Database::close);
    workers.dispose();
  }

  @Test
  void bringsEveryRowToAnotherDatabase() {
    Database from = filled();
    Database to = empty();

    load(to, export(from));

    assertThat(content(to)).isEqualTo(content(from));
    PgManifestRepository manifests = new PgManifestRepository(to);
    assertThat(Await.optional(manifests.resolve(REPOSITORY, Tag.parse("latest"))))
        .isEqualTo(Optional.of(Pushes.digest("image")));
    assertThat(Await.value(new PgQuotaRepository(to).recount(Pushes.PROJECT))).isZero();
  }

  @Test
  void goesOnWhereTheOtherDatabaseStopped() {
    Database from = filled();
    Database to = empty();
    load(to, export(from));

    for (Database database : List.of(from, to)) {
      Await.done(
          new RegistryRows(database).store(Pushes.image(REPOSITORY, "later", List.of(), "later")));
      Await.done(database.update("INSERT INTO app_user (username) VALUES ('later')"));
    }

    String ids =
        """
        SELECT (SELECT max(id) FROM manifest) || ' ' || (SELECT max(id) FROM tag) || ' '
          || (SELECT max(id) FROM tag_change) || ' ' || (SELECT max(id) FROM app_user) || ' '
          || (SELECT present FROM app_user_total) || ' ' || nextval('audit_log_id') AS text
        """;
    assertThat(text(to, ids)).isEqualTo(text(from, ids));
  }

  @Test
  void seesOneMomentWhileOthersGoOn() {
    Database from = filled();
    String before = content(from).toString();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean[] changed = {false};

    Await.done(
        new ExportDatabase(
                from,
                VERSION,
                workers,
                line -> {
                  if (!changed[0]) {
                    changed[0] = true;
                    from.update("UPDATE tag SET name = 'moved'").block();
                    from.update("DELETE FROM configuration").block();
                  }
                })
            .to(out));

    Database to = empty();
    load(to, out.toByteArray());
    assertThat(changed[0]).isTrue();
    assertThat(content(to).toString()).isEqualTo(before);
  }

  @Test
  void bringsAnOlderSchemaForward() {
    Database from = empty();
    List<SchemaStep> known = Migrator.known();
    List<SchemaStep> older = known.subList(0, known.size() - 2);
    Await.done(from.inTx(tx -> Migrator.migrateIn(from, tx, VERSION, older).thenReturn(true)));
    Await.done(from.update("INSERT INTO app_user (username) VALUES ('early')"));
    Database to = empty();

    load(to, export(from));

    assertThat(text(to, "SELECT max(number)::text AS text FROM schema_step"))
        .isEqualTo(String.valueOf(Migrator.known().getLast().number()));
    assertThat(text(to, "SELECT username AS text FROM app_user")).isEqualTo("early");
    Await.done(Migrator.migrate(to, VERSION));
  }

  @Test
  void keepsSmallPagesOfLargeRowsAndManyParts() {
    Database from = migrated();
    Await.done(
        from.update(
            """
            INSERT INTO configuration (name, value)
            SELECT 'name ' || n, repeat('x', 10000) || n FROM generate_series(1, 2500) AS n
            """));
    Database to = empty();

    load(to, export(from));

    assertThat(content(to)).isEqualTo(content(from));
  }

  @Test
  void refusesADatabaseThatIsNotEmpty() {
    byte[] export = export(filled());
    Database to = migrated();

    assertThatThrownBy(() -> load(to, export))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("The database is not empty")
        .hasMessageContaining("data.dir");
  }

  @Test
  void refusesAFileThatIsNotWholeWhereverItEnds() {
    byte[] export = export(filled());
    Database to = empty();

    for (int length : List.of(0, 10, 300, export.length / 2, export.length - 4)) {
      assertThatThrownBy(() -> load(to, Arrays.copyOf(export, length)))
          .as("%s of %s bytes", length, export.length)
          .isInstanceOf(BackupException.class)
          .hasMessageMatching("This is no export.*|.*not whole.*");
    }
    assertThat(text(to, "SELECT count(*)::text AS text FROM pg_tables WHERE schemaname = 'public'"))
        .isEqualTo("0");
  }

  @Test
  void refusesAFileWithAChangedByte() {
    byte[] export = export(filled());
    Database to = empty();

    for (int at = 400; at < export.length - 8; at += export.length / 7) {
      byte[] changed = export.clone();
      changed[at] ^= 0x10;
      assertThatThrownBy(() -> load(to, changed))
          .as("byte %s of %s", at, export.length)
          .isInstanceOf(BackupException.class);
    }
  }

  @Test
  void refusesRowsThatWereChangedInAWellFormedFile() throws IOException {
    byte[] export = export(filled());
    Database to = empty();

    assertThatThrownBy(() -> load(to, rewrite(export, text -> text.replace("Horse", "House"))))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("The export is damaged: of the table app_user");
    assertThatThrownBy(() -> load(to, rewrite(export, text -> text.replace("\tlibrary\t", "\t"))))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("Nothing was imported");
  }

  @Test
  void refusesASchemaThatItDoesNotKnow() throws IOException {
    byte[] export = export(filled());
    Database to = empty();

    assertThatThrownBy(() ->
            load(
                to,
                rewrite(
                    export, text -> text.replace("\"schema\":[", "\"schema\":[{\"number\":999},"))))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("newer schema (step 999")
        .hasMessageContaining("version 0.1.0 or newer");
    assertThatThrownBy(() ->
            load(
                to,
                rewrite(export, text -> text.replaceAll("\"checksum\":\"..", "\"checksum\":\"xx"))))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("another build");
    assertThatThrownBy(
            () -> load(to, rewrite(export, text -> text.replace("database export", "shop"))))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("no export of a Breakwater database");
  }

  @Test
  void refusesStatementsInPlaceOfNamesAndTimes() throws IOException {
    byte[] export = export(filled());
    Database to = empty();

    assertThatThrownBy(() ->
            load(
                to,
                rewrite(
                    export,
                    text -> text.replace("\"from\":\"2026", "\"from\":\"'); DROP TABLE x; --"))))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("are no times");
  }

  @Test
  void namesTheSecretKeyThatIsNeeded() {
    Database from = filled();

    assertThat(load(empty(), export(from))).isEqualTo("0123456789abcdef0123456789abcdef");
  }

  private Database migrated() {
    Database database = TestDatabase.migrated();
    opened.add(database);
    return database;
  }

  private Database empty() {
    Database database = TestDatabase.empty();
    opened.add(database);
    return database;
  }

  /** With everything that could go wrong: NULs of texts aside, PostgreSQL holds none. */
  private Database filled() {
    Database database = migrated();
    RegistryRows rows = new RegistryRows(database);
    Await.done(rows.commit(Pushes.session(REPOSITORY), Pushes.digest("blob"), 4, Pushes.NOW));
    Await.done(
        rows.store(Pushes.image(REPOSITORY, "image", List.of(Pushes.digest("blob")), "latest")));
    Await.done(rows.store(Pushes.image(REPOSITORY, "gone", List.of(), "gone")));
    Await.done(
        rows.delete(
            REPOSITORY, Pushes.digest("gone"), Optional.of(Pushes.NOW.plusSeconds(1_000_000))));
    Await.done(new PgAuditRepository(database).ensurePartitions(YearMonth.of(2026, 10), 3));
    Await.done(
        database.update(
            """
            INSERT INTO audit_log (project_id, operation, resource_type, resource, username,
              description, successful, source_address, happened_at)
            SELECT NULL, 'create', 'artifact', 'r' || n, 'alice', E'tab\\t and\\nline \\\\N \\\\.',
              true, '', '2026-10-01'::timestamptz + n * interval '1 day 1 microsecond'
            FROM generate_series(0, 80) AS n
            """));
    Await.done(
        database.update(
            """
            INSERT INTO app_user (username, real_name, comment, deleted_at)
            VALUES ('Ωmega', 'Correct Horse', E'\\\\. \\r\\n\\b\\f\\v \\u0001 \\U0001F40E', NULL),
              ('gone', '', '\\N', '2026-01-02 03:04:05.678901+02'), ('', '', '', 'infinity')
            """));
    Await.done(
        database.update(
            """
            INSERT INTO robot (name, project_id, secret_hash, duration_days, creator_kind, creator_id)
            VALUES ('library+ci', 1, 'hash', -1, 'local', 1)
            """));
    Await.done(
        database.update(
            """
            INSERT INTO robot_permission (robot_id, position, scope, project_id, access)
            SELECT id, 0, 'project', 1, ARRAY['repository:pull', 'a "quoted", one', NULL, '']
            FROM robot
            """));
    Await.done(
        database.update(
            """
            INSERT INTO federation (name, issuer, audience, claims, robot_id)
            SELECT 'f', 'i', 'a', '[{"claim": "\\u00e9\\t", "n": 1e400}]', id FROM robot
            """));
    Await.done(
        database.update(
            """
            INSERT INTO token_root (sealed_private_key, certificate, created_at)
            VALUES ('v1.sealed', '\\x00015c0a0dff'::bytea, now())
            """));
    Await.done(
        database.update("INSERT INTO configuration (name, value) VALUES ('ldap_url', 'ldap://x')"));
    Await.done(
        database.update(
            "INSERT INTO secret_key_fingerprint (fingerprint)"
                + " VALUES ('0123456789abcdef0123456789abcdef')"));
    return database;
  }

  private byte[] export(Database database) {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            throw new AssertionError("it is not ours to close");
          }
        };
    Await.done(new ExportDatabase(database, VERSION, workers, lines::add).to(out));
    return out.toByteArray();
  }

  private String load(Database database, byte[] export) {
    return Await.value(
        new ImportDatabase(database, VERSION, workers, lines::add)
            .from(new ByteArrayInputStream(export)));
  }

  /** Every row of every table, as the server writes it; parts of tables by themselves as well. */
  private static Map<String, String> content(Database database) {
    Map<String, String> content = new TreeMap<>();
    List<String> tables =
        Await.value(
            database.many(
                """
                SELECT tablename::text AS text FROM pg_tables
                WHERE schemaname = 'public' AND tablename <> 'schema_step'
                """,
                row -> Rows.text(row, "text")));
    for (String table : tables) {
      content.put(
          table,
          text(
              database,
              "SELECT coalesce(string_agg(r, E'\\n' ORDER BY r), '') AS text FROM (SELECT t::text"
                  + " AS r FROM "
                  + table
                  + " AS t) AS rows"));
    }
    return content;
  }

  private static String text(Database database, String sql) {
    return Await.value(database.one(sql, row -> Rows.text(row, "text")));
  }

  /** The same export with other texts in its entries. */
  private static byte[] rewrite(byte[] export, UnaryOperator<String> change) throws IOException {
    ExportReader reader = ExportReader.open(new ByteArrayInputStream(export));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ExportWriter writer = new ExportWriter(out);
    for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      String text = new String(entry.get().bytes(), UTF_8);
      writer.write(entry.get().name(), change.apply(text).getBytes(UTF_8));
    }
    writer.finish();
    return out.toByteArray();
  }

  @Test
  void ordersTablesAfterThoseThatTheyReferTo() {
    Catalog catalog = Await.value(Mono.defer(() -> Catalog.read(migrated())));

    List<String> names = catalog.tables().stream().map(Catalog.Table::name).toList();
    assertThat(names.indexOf("project")).isGreaterThan(names.indexOf("app_user"));
    assertThat(names.indexOf("tag")).isGreaterThan(names.indexOf("manifest"));
    assertThat(names).doesNotContain("schema_step").doesNotHaveDuplicates();
  }
}
