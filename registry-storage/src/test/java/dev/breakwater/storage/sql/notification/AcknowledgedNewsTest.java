package dev.breakwater.storage.sql.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.job.WorkerPool;
import dev.breakwater.core.notification.AcknowledgedBroadcast;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.notification.Notifications.Signal;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.job.PgTaskClaims;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/** Three replicas on a real database, without Redis. */
final class AcknowledgedNewsTest {
  private static final Duration SILENCE = Duration.ofSeconds(12);

  /** Longer than a crowded machine takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Database database = TestDatabase.migrated();
  private final PgTaskClaims claims = new PgTaskClaims(database);
  private final PgLivingReplicas living = new PgLivingReplicas(database, SILENCE);
  private final Disposable.Composite running = Disposables.composite();

  @AfterEach
  void stop() {
    running.dispose();
    database.close();
  }

  @Test
  void everyReplicaHasDoneWhatItWasToldWhenTheTellerGoesOn() {
    Replica one = new Replica("one");
    Replica two = new Replica("two");
    Replica three = new Replica("three");

    for (int i = 0; i < 50; i++) {
      Await.done(one.news.tell("alone " + i));
      assertThat(two.done).contains("alone " + i);
      assertThat(three.done).contains("alone " + i);
    }
    Await.done(
        Flux.range(0, 200)
            .flatMap(
                i ->
                    two.news
                        .tell("together " + i)
                        .doOnSuccess(_ ->
                            assertThat(List.of(one, three))
                                .allMatch(other -> other.done.contains("together " + i))),
                200)
            .then());
  }

  @Test
  void knowsWhoLives() {
    Await.done(claims.register(pool("one"), List.of()));
    Await.done(claims.register(pool("gone"), List.of()));
    Await.done(claims.register(pool("silent"), List.of()));

    Await.done(claims.release("gone"));
    Await.done(
        database.update(
            "UPDATE job_worker_pool SET seen_at = now() - interval '13 s' WHERE id = 'silent'"));

    assertThat(Await.value(living.ids())).containsExactly("one");
  }

  private static WorkerPool pool(String id) {
    return new WorkerPool(id, "host", 1, 1, Instant.EPOCH, Instant.EPOCH);
  }

  /** Remembers what it was told. */
  private final class Replica {
    private final AcknowledgedBroadcast news;
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private volatile boolean listening;

    Replica(String id) {
      PgNotifications notifications = new PgNotifications(database);
      news =
          new AcknowledgedBroadcast(
              id, Notifications.MANIFESTS, notifications, notifications, living, PATIENCE);
      running.add(notifications.listen(Notifications.MANIFESTS).subscribe(this::hear));
      running.add(news.run().subscribe());
      running.add(notifications.run().subscribe());
      await().until(() -> listening);
      Await.done(claims.register(pool(id), List.of()));
    }

    private void hear(Signal signal) {
      switch (signal) {
        case Signal.Gap _ -> listening = true;
        case Signal.Message(String payload) -> {
          List<String> lines = payload.lines().toList();
          done.addAll(lines.subList(1, lines.size()));
          news.done(lines.getFirst());
        }
      }
    }
  }
}
