package dev.breakwater.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Connections break in the middle of everything: what is done again, and what is not. */
final class DatabaseLossTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String END_MINE = "SELECT pg_terminate_backend(pg_backend_pid()) AS ended";

  private final Database database = TestDatabase.empty();

  @BeforeEach
  void table() {
    Await.done(database.update("CREATE TABLE item (id int PRIMARY KEY)"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void repeatsATransactionWhoseConnectionBrokeBeforeTheCommit() {
    AtomicInteger runs = new AtomicInteger();

    Await.done(
        database.inTx(tx ->
            database
                .in(tx)
                .update("INSERT INTO item VALUES (1)")
                .then(
                    Mono.defer(() ->
                        runs.incrementAndGet() < 3
                            ? database.in(tx).one(END_MINE, _ -> true)
                            : Mono.just(true)))));

    assertThat(runs).hasValue(3);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void repeatsNoCommitWhoseAnswerIsLost() {
    Await.done(
        database.update(
            """
            CREATE FUNCTION end_late() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
            """));
    Await.done(
        database.update(
            """
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION end_late()
            """));
    AtomicInteger runs = new AtomicInteger();

    assertUnavailable(
        database.inTx(tx -> {
          runs.incrementAndGet();
          return database.in(tx).update("INSERT INTO item VALUES (1)");
        }));

    assertThat(runs).hasValue(1);
  }

  @Test
  void repeatsNoWriteWhoseAnswerIsLost() {
    assertUnavailable(
        database.update(
            "INSERT INTO item SELECT 1 FROM (SELECT pg_terminate_backend(pg_backend_pid())) AS"
                + " it"));
  }

  @Test
  void goesOnAtOnceAfterAllConnectionsWereBroken() {
    Disposable waiting =
        database.one("SELECT 1 FROM pg_sleep(60)", _ -> 1).onErrorComplete().subscribe();
    await().atMost(PATIENCE).until(() -> database.poolUse().acquired() == 1);

    Await.done(database.breakConnections());

    assertThat(count()).isZero();
    waiting.dispose();
  }

  @Test
  void awaitsACommitThatWasSentThoughNobodyElseDoes() {
    Await.done(
        database.update(
            """
            CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$
            """));
    Await.done(
        database.update(
            """
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION rest()
            """));
    try (Database single = Database.connect(database.settings().withPoolSize(1))) {
      Disposable work =
          single
              .inTx(tx -> single.in(tx).update("INSERT INTO item VALUES (1)"))
              .onErrorComplete()
              .subscribe();
      await().atMost(PATIENCE).until(() -> statements("active").equals("COMMIT"));

      work.dispose();

      await().atMost(PATIENCE).until(() -> single.poolUse().acquired() == 0);
      assertThat(statements("idle")).as("the last statement").isEqualTo("COMMIT");
      assertThat(count()).isEqualTo(1);
    }
  }

  /** What the other connections to the database do, or did last. */
  private String statements(String state) {
    return Await.value(
        database.one(
            """
            SELECT coalesce(string_agg(query, ';'), '') AS queries FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = $1
              AND query IN ('COMMIT', 'ROLLBACK')
            """,
            row -> Rows.text(row, "queries"),
            state));
  }

  @Test
  void watchesWhetherTheServerAnswers() {
    Disposable watching = database.watch().run().subscribe();
    assertThat(database.watch().check().block(PATIENCE)).isTrue();

    Await.done(
        database.many(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            _ -> 1));

    assertThat(database.watch().isAnswering()).as("one lost connection says little").isTrue();
    watching.dispose();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "SELECT updated_at, deleted FROM item"
      })
  void knowsStatementsThatOnlyRead(String sql) {
    assertThat(SqlStatement.onlyReads(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into item values (1) RETURNING id",
        "WITH a AS (DELETE FROM item RETURNING id) SELECT * FROM a",
        "SELECT set_config('a', 'b', true)",
        "SELECT * FROM reserve_quota($1)",
        "SELECT 1 FROM pg_notify('a', '')"
      })
  void knowsStatementsThatWrite(String sql) {
    assertThat(SqlStatement.onlyReads(sql)).isFalse();
  }

  private static void assertUnavailable(Mono<?> work) {
    assertThatThrownBy(() -> work.block(PATIENCE))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  private long count() {
    return Await.value(
        database.one("SELECT count(*) AS n FROM item", row -> Rows.number(row, "n")));
  }
}
