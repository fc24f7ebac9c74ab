package dev.breakwater.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class DatabaseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Database database;

  @BeforeAll
  static void create() {
    database = TestDatabase.empty();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void table() {
    database.update("DROP TABLE IF EXISTS item").block(PATIENCE);
    database.update("CREATE TABLE item (id int PRIMARY KEY, n int NOT NULL)").block(PATIENCE);
    database.update("INSERT INTO item VALUES (1, 0), (2, 0)").block(PATIENCE);
  }

  @Test
  void doesNothingUntilSubscribed() {
    Mono<Long> unused = database.update("DELETE FROM item");

    assertThat(unused).isNotNull();
    assertThat(count("item")).isEqualTo(2);
  }

  @Test
  void readsTimesToTheMicrosecondInBinaryAndAsText() {
    // A statement without a bound value is answered as text.
    String times =
        """
        SELECT at, floor(extract(epoch FROM at))::bigint AS seconds,
          extract(microseconds FROM at)::bigint % 1000000 AS micros
        FROM (SELECT timestamptz 'epoch' + n * interval '97 days 5:07:11.000321' AS at
              FROM generate_series(-300, 300) AS n
              UNION ALL SELECT timestamptz '12026-01-02 03:04:05.6+00') AS t
        WHERE
        """;

    assertThat(Await.value(database.many(times + "$1", DatabaseTest::isRead, true)))
        .hasSize(602)
        .containsOnly(true);
    assertThat(Await.value(database.many(times + "true", DatabaseTest::isRead)))
        .hasSize(602)
        .containsOnly(true);
  }

  private static boolean isRead(Readable row) {
    return Rows.instant(row, "at")
        .equals(
            Instant.ofEpochSecond(Rows.number(row, "seconds"), Rows.number(row, "micros") * 1000));
  }

  @Test
  void commitsATransaction() {
    database
        .inTx(tx ->
            database
                .in(tx)
                .update("INSERT INTO item VALUES (3, 0)")
                .then(database.in(tx).update("INSERT INTO item VALUES (4, 0)")))
        .block(PATIENCE);

    assertThat(count("item")).isEqualTo(4);
  }

  @Test
  void rollsBackWhenTheWorkFails() {
    assertThatThrownBy(() ->
            database
                .inTx(tx ->
                    database
                        .in(tx)
                        .update("INSERT INTO item VALUES (3, 0)")
                        .then(Mono.error(new IllegalStateException("no"))))
                .block(PATIENCE))
        .hasMessage("no");

    assertThat(count("item")).isEqualTo(2);
  }

  @Test
  void rollsBackWhenTheWorkIsCancelled() {
    database
        .inTx(tx -> database.in(tx).update("INSERT INTO item VALUES (3, 0)").then(Mono.never()))
        .timeout(Duration.ofMillis(200), Mono.empty())
        .block(PATIENCE);

    await().atMost(PATIENCE).until(() -> database.poolUse().acquired() == 0);
    assertThat(count("item")).isEqualTo(2);
  }

  @Test
  void refusesAStatementWhileAnotherOneOfTheTransactionRuns() {
    assertThatThrownBy(() ->
            database
                .inTx(tx ->
                    Flux.range(1, 300)
                        .flatMap(
                            n ->
                                database
                                    .in(tx)
                                    .one(
                                        "SELECT $1::int AS n",
                                        row -> Rows.get(row, "n", Integer.class),
                                        n),
                            300)
                        .then())
                .block(PATIENCE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("still running");

    assertThat(count("item")).isEqualTo(2);
  }

  @Test
  void readsAThousandRowsBeforeTheNextStatementOfTheTransaction() {
    Long sum =
        database
            .inTx(tx ->
                database
                    .in(tx)
                    .many(
                        "SELECT generate_series(1, 1000) AS n",
                        row -> Rows.get(row, "n", Integer.class))
                    .flatMapMany(Flux::fromIterable)
                    .concatMap(n ->
                        database
                            .in(tx)
                            .one("SELECT $1::bigint AS n", row -> Rows.number(row, "n"), n))
                    .reduce(0L, Long::sum))
            .block(PATIENCE);

    assertThat(sum).isEqualTo(500_500);
  }

  @Test
  void repeatsATransactionThatADeadlockEnded() {
    AtomicInteger runs = new AtomicInteger();

    Mono.when(inOrder(1, 2, runs), inOrder(2, 1, runs)).block(PATIENCE);

    assertThat(runs.get()).isEqualTo(3);
    assertThat(sum()).isEqualTo(4);
  }

  private static Mono<Void> inOrder(int first, int second, AtomicInteger runs) {
    return database
        .inTx(tx ->
            Mono.fromRunnable(runs::incrementAndGet)
                .then(database.in(tx).update("UPDATE item SET n = n + 1 WHERE id = $1", first))
                .then(database.in(tx).one("SELECT 1 FROM pg_sleep(0.3)", _ -> 1))
                .then(database.in(tx).update("UPDATE item SET n = n + 1 WHERE id = $1", second)))
        .then();
  }

  @Test
  void repeatsATransactionWhoseCommitFails() {
    Await.done(
        database.update(
            """
            CREATE OR REPLACE FUNCTION fail_late() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'late' USING ERRCODE = '40001'; END $$
            """));
    Await.done(
        database.update(
            """
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION fail_late()
            """));
    AtomicInteger runs = new AtomicInteger();

    assertThatThrownBy(() ->
            Await.done(
                database.inTx(tx -> {
                  runs.incrementAndGet();
                  return database.in(tx).update("INSERT INTO item VALUES (50, 0)");
                })))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));

    assertThat(runs).as("the first time and four more").hasValue(5);
    assertThat(count("item")).isEqualTo(2);
  }

  @Test
  void answersConflictForADuplicate() {
    assertThatThrownBy(() -> database.update("INSERT INTO item VALUES (1, 0)").block(PATIENCE))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT);
              assertThat(SqlErrors.isDuplicate(e, "item_pkey")).isTrue();
              assertThat(SqlErrors.isDuplicate(e, "other")).isFalse();
            });
  }

  @Test
  void answersUnavailableWhenThePoolIsEmpty() {
    PoolSettings one =
        database.settings().pool().withSize(1).withAcquireTimeout(Duration.ofMillis(500));
    try (Database small = Database.connect(database.settings().withPool(one))) {
      Mono<Object> holding = small.inTx(_ -> Mono.never());
      var held = holding.subscribe();
      await().atMost(PATIENCE).until(() -> small.poolUse().acquired() == 1);

      assertThatThrownBy(() -> small.one("SELECT 1", _ -> 1).block(PATIENCE))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
      held.dispose();
    }
  }

  @Test
  void answersUnavailableWhenTheServerEndsTheConnection() {
    assertThatThrownBy(() ->
            database
                .one("SELECT pg_terminate_backend(pg_backend_pid()) AS b", row -> row.get(0))
                .block(PATIENCE))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));

    assertThat(count("item")).isEqualTo(2);
  }

  @Test
  void survivesThreeThousandCancelledQueries() {
    Flux.range(0, 3_000)
        .flatMap(
            _ ->
                database
                    .many("SELECT generate_series(1, 10000) AS n", row -> row.get(0))
                    .timeout(Duration.ofMillis(1 + ThreadLocalRandom.current().nextInt(30)))
                    .onErrorResume(_ -> Mono.empty()),
            64)
        .then()
        .block(Duration.ofMinutes(2));

    await().atMost(PATIENCE).until(() -> database.poolUse().acquired() == 0);
    // The first ones may still wait for connections that the storm asked for.
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> database.one("SELECT 1", _ -> true).block(Duration.ofSeconds(1)));
    assertThat(database.poolUse().waiting()).isZero();
  }

  @Test
  void commitsWithoutWaitingForTheDiskWhenTheStatementSaysSo() {
    database.update("INSERT INTO item VALUES (10, 0)").block(PATIENCE);
    int unflushed = 0;
    for (int n = 100; n < 120; n++) {
      database
          .update(
              """
              WITH relaxed AS (SELECT set_config('synchronous_commit', 'off', true))
              INSERT INTO item SELECT $1, 0 FROM relaxed
              """,
              n)
          .block(PATIENCE);
      unflushed += isFlushed() ? 0 : 1;
    }
    // The log writer may flush now and then, all by itself.
    assertThat(unflushed).isGreaterThan(10);
    assertThat(count("item")).isEqualTo(23);

    database.update("INSERT INTO item VALUES (11, 0)").block(PATIENCE);
    assertThat(isFlushed()).isTrue();
  }

  @Test
  void neverShowsThePassword() {
    assertThat(database.settings().toString()).doesNotContain(database.settings().password());
  }

  private static boolean isFlushed() {
    Boolean flushed =
        database
            .one(
                "SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() AS flushed",
                row -> Rows.flag(row, "flushed"))
            .block(PATIENCE);
    return Boolean.TRUE.equals(flushed);
  }

  private static long count(String table) {
    Long count =
        database
            .one("SELECT count(*) AS n FROM " + table, row -> Rows.number(row, "n"))
            .block(PATIENCE);
    return count == null ? -1 : count;
  }

  private static long sum() {
    Long sum =
        database.one("SELECT sum(n) AS n FROM item", row -> Rows.number(row, "n")).block(PATIENCE);
    return sum == null ? -1 : sum;
  }
}
