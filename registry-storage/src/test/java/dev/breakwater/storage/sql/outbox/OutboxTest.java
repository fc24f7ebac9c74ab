package dev.breakwater.storage.sql.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.audit.AuditRules.Fate;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.outbox.CacheInvalidation;
import dev.breakwater.core.outbox.Outbox;
import dev.breakwater.core.outbox.OutboxConsumer;
import dev.breakwater.core.outbox.OutboxEvent;
import dev.breakwater.core.outbox.OutboxRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.notification.PgNotifications;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class OutboxTest {
  private static final Duration POLL = Duration.ofMillis(20);

  private final Database database = TestDatabase.migrated();
  private final PgOutboxRepository rows = new PgOutboxRepository(database);
  private final PgAuditRepository audit = new PgAuditRepository(database);
  private final Scheduler timer = Schedulers.newSingle("timer");
  private final List<Disposable> running = new ArrayList<>();

  @BeforeEach
  void prepare() {
    Await.done(audit.ensurePartitions(YearMonth.now(ZoneOffset.UTC), 1));
  }

  @AfterEach
  void stop() {
    running.forEach(Disposable::dispose);
    timer.dispose();
    database.close();
  }

  @Test
  void waitsForATransactionThatGotItsNumberEarlierAndIsNotCommitted() {
    Sinks.Empty<Void> commit = Sinks.empty();
    recordSlowly(commit);
    Recorder recorder = new Recorder();
    start("one", recorder);
    Await.done(database.inTx(tx -> record(tx, "quick").thenReturn(1)));
    await().until(() -> Await.optional(rows.lease("recorder", "two", POLL)).isEmpty());

    commit.tryEmitEmpty();

    await().until(() -> recorder.resources.size() == 2);
    assertThat(recorder.resources).containsExactly("slow", "quick");
  }

  /** No snapshot names it: nothing that began after it has ended. */
  @Test
  void waitsForTheYoungestTransactionOfAll() {
    Sinks.Empty<Void> commit = Sinks.empty();
    recordSlowly(commit);
    Outbox outbox = new Outbox(rows, List.of(), "one", POLL, timer);

    assertThat(Await.value(outbox.settle())).isZero();
    assertThat(Await.value(outbox.settle())).isZero();
    commit.tryEmitEmpty();

    await().until(() -> Await.value(outbox.settle()) == 1);
  }

  /** Begins a transaction with an event, which ends when it is told to. */
  private void recordSlowly(Sinks.Empty<Void> commit) {
    Sinks.Empty<Void> recorded = Sinks.empty();
    running.add(
        database
            .inTx(tx ->
                record(tx, "slow")
                    .then(Mono.fromRunnable(recorded::tryEmitEmpty))
                    .then(commit.asMono())
                    .thenReturn(1))
            .subscribe());
    Await.done(recorded.asMono());
  }

  /** Of another program on the same server, or of another test. */
  @Test
  void waitsForNoTransactionOfAnotherDatabase() {
    try (Database other = TestDatabase.empty()) {
      Sinks.Empty<Void> end = Sinks.empty();
      Sinks.Empty<Void> begun = Sinks.empty();
      running.add(
          other
              .inTx(tx ->
                  other
                      .in(tx)
                      .update("CREATE TABLE slow (id int)")
                      .then(Mono.fromRunnable(begun::tryEmitEmpty))
                      .then(end.asMono())
                      .thenReturn(1))
              .subscribe());
      Await.done(begun.asMono());
      Recorder recorder = new Recorder();
      start("one", recorder);

      Await.done(database.inTx(tx -> record(tx, "quick").thenReturn(1)));

      await().until(() -> recorder.resources.size() == 1);
      end.tryEmitEmpty();
    }
  }

  @Test
  void deliversTheEventsOfEachTagInCommitOrderAndLosesNone() {
    Await.done(database.update("CREATE TABLE moved (tag int PRIMARY KEY, version int NOT NULL)"));
    Await.done(database.update("INSERT INTO moved SELECT n, 0 FROM generate_series(0, 3) n"));
    Recorder recorder = new Recorder();
    start("one", recorder);

    Await.done(Flux.range(0, 400).flatMap(n -> move(n % 4), 12).then());

    await().atMost(Duration.ofSeconds(20)).until(() -> recorder.resources.size() >= 400);
    for (int tag = 0; tag < 4; tag++) {
      String prefix = tag + ":";
      assertThat(recorder.resources.stream().filter(each -> each.startsWith(prefix)))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, 100).mapToObj(version -> prefix + version).toList());
    }
    await().until(() -> count() == 0);
  }

  /** As a push: it gets its number by an unrelated write, then waits for the row of its tag. */
  private Mono<Integer> move(int tag) {
    return database.inTx(tx ->
        database
            .in(tx)
            .one("SELECT pg_current_xact_id()::text AS id", row -> Rows.text(row, "id"))
            .delayElement(Duration.ofMillis(ThreadLocalRandom.current().nextInt(5)), timer)
            .flatMap(_ ->
                database
                    .in(tx)
                    .one(
                        "UPDATE moved SET version = version + 1 WHERE tag = $1 RETURNING version",
                        row -> Rows.get(row, "version", Integer.class),
                        tag))
            .flatMap(version -> record(tx, tag + ":" + version).thenReturn(version)));
  }

  @Test
  void deliversAgainWhatFailedAndHoldsUpNoOtherConsumer() {
    AtomicInteger failures = new AtomicInteger(1);
    Recorder good = new Recorder("good");
    Recorder bad =
        new Recorder("bad") {
          @Override
          public Mono<Void> deliver(List<OutboxEvent> events) {
            return failures.getAndDecrement() > 0
                ? Mono.error(new IllegalStateException("not now"))
                : super.deliver(events);
          }
        };
    start("one", good, bad);

    Await.done(database.inTx(tx -> record(tx, "once").thenReturn(1)));

    await().until(() -> good.resources.size() == 1);
    await().until(() -> bad.resources.size() == 1);
    assertThat(good.resources).containsExactly("once");
  }

  @Test
  void deliversOnOneReplicaAtATime() {
    Recorder first = new Recorder();
    Recorder second = new Recorder();
    Outbox leaving = start("one", first);
    Await.done(database.inTx(tx -> record(tx, "a").thenReturn(1)));
    await().until(() -> first.resources.size() == 1);
    start("two", second);
    Await.done(database.inTx(tx -> record(tx, "b").thenReturn(1)));
    await().until(() -> first.resources.size() == 2);
    assertThat(second.resources).isEmpty();

    running.getFirst().dispose();
    Await.done(database.inTx(tx -> record(tx, "c").thenReturn(1)));

    // Again and again: a last statement of the one that left may still be under way.
    await()
        .until(() -> {
          Await.done(leaving.release());
          return second.resources.contains("c");
        });
    assertThat(first.resources).containsExactly("a", "b");
  }

  @Test
  void deliversWhatOneThatDiedHadNotOnceItsLeaseHasEnded() {
    Await.done(database.inTx(tx -> record(tx, "a").thenReturn(1)));
    Recorder recorder = new Recorder();
    Await.value(rows.lease(recorder.name(), "dead", Duration.ofMillis(500)));

    start("two", recorder);

    await().until(() -> recorder.resources.size() == 1);
    assertThat(recorder.resources).containsExactly("a");
  }

  @Test
  void writesNothingWhileNothingHappens() {
    Recorder recorder = new Recorder();
    Map<String, Integer> asked = new ConcurrentHashMap<>();
    OutboxRepository counted =
        (OutboxRepository)
            Proxy.newProxyInstance(
                OutboxRepository.class.getClassLoader(),
                new Class<?>[] {OutboxRepository.class},
                (_, method, arguments) -> {
                  asked.merge(method.getName(), 1, Integer::sum);
                  return method.invoke(rows, arguments);
                });
    running.add(new Outbox(counted, List.of(recorder), "one", POLL, timer).run().subscribe());
    Await.done(database.inTx(tx -> record(tx, "a").thenReturn(1)));
    await().until(() -> recorder.resources.size() == 1 && count() == 0);
    int looked = asked.getOrDefault("mark", 0);
    await().until(() -> asked.getOrDefault("mark", 0) > looked + 3);

    int leased = asked.getOrDefault("lease", 0);
    await().until(() -> asked.getOrDefault("mark", 0) > looked + 20);

    assertThat(asked.getOrDefault("lease", 0)).isEqualTo(leased);
  }

  @Test
  void tellsTheCachesOfEveryReplica() {
    PgNotifications notifications = new PgNotifications(database);
    CacheInvalidation here = new CacheInvalidation(notifications, notifications);
    CacheInvalidation there = new CacheInvalidation(notifications, notifications);
    List<String> heard = new CopyOnWriteArrayList<>();
    AtomicInteger everything = new AtomicInteger();
    here.subscribe(Set.of(EventType.CREATE_USER), heard::add, everything::incrementAndGet);
    there.subscribe(Set.of(EventType.CREATE_USER), heard::add, everything::incrementAndGet);
    running.add(here.run().subscribe());
    running.add(there.run().subscribe());
    running.add(notifications.run().subscribe());
    await().until(() -> everything.get() == 2);
    Outbox outbox = new Outbox(rows, List.of(here), "one", POLL, timer);
    running.add(outbox.run().subscribe());

    Await.done(database.inTx(tx -> record(tx, "anna").thenReturn(1)));

    await().until(() -> heard.size() == 2);
    assertThat(heard).containsOnly("anna");

    Await.done(
        database.many(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                + " AND datname = current_database()",
            _ -> 1));

    await().until(() -> everything.get() == 4);
  }

  @Test
  void readsAndRemovesByIndex() {
    Await.done(
        database.update(
            """
            INSERT INTO outbox (event, happened_at)
            SELECT '{}', now() FROM generate_series(1, 20000)
            """));
    Await.done(database.update("VACUUM ANALYZE outbox"));

    Plan.of(database, PgOutboxRepository.REMOVE, new String[] {"audit", "caches"}, 1000)
        .neverScans("outbox");
    Plan.of(database, PgOutboxRepository.READ, 5L, 19_000L, 500).readsByIndex().doesNotSort();
  }

  private Mono<Void> record(Tx tx, String resource) {
    return audit.insert(
        tx,
        new Event(EventType.CREATE_USER, "admin", "", Optional.empty(), resource, "", true),
        Instant.now(),
        Fate.KEPT);
  }

  private long count() {
    return Await.value(
        database.one("SELECT count(*) AS n FROM outbox", row -> Rows.number(row, "n")));
  }

  private Outbox start(String holder, OutboxConsumer... consumers) {
    Outbox outbox = new Outbox(rows, List.of(consumers), holder, POLL, timer);
    running.add(outbox.run().subscribe());
    return outbox;
  }

  private static class Recorder implements OutboxConsumer {
    final List<String> resources = new CopyOnWriteArrayList<>();
    private final String name;

    Recorder() {
      this("recorder");
    }

    Recorder(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Mono<Void> deliver(List<OutboxEvent> events) {
      events.forEach(each -> resources.add(each.event().resource()));
      return Mono.empty();
    }
  }
}
