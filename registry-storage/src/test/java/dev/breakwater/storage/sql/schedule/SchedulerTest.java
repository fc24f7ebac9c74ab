package dev.breakwater.storage.sql.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobQueue;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.schedule.ScheduleType;
import dev.breakwater.core.schedule.Scheduler;
import dev.breakwater.core.schedule.Schedules;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.job.PgJobRepository;
import dev.breakwater.storage.sql.job.PgQueueRepository;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class SchedulerTest {
  private static final JobKind KIND = JobKind.RETENTION;

  private final Database database = TestDatabase.migrated();
  private final PgScheduleRepository rows = new PgScheduleRepository(database);
  private final PgJobRepository jobs = new PgJobRepository(database);
  private final PgQueueRepository queues = new PgQueueRepository(database);
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:30Z"));
  private final InstantSource clock = now::get;
  private final Schedules schedules = new Schedules(rows, clock);
  private final reactor.core.scheduler.Scheduler timer = Schedulers.newParallel("timer", 2);
  private final List<Disposable> running = new ArrayList<>();

  @AfterEach
  void stop() {
    running.forEach(Disposable::dispose);
    timer.dispose();
    database.close();
  }

  @Test
  void beginsOnceForEachTimeHoweverManyReplicasThereAre() {
    set(7, "0 * * * * *");
    for (int replica = 0; replica < 4; replica++) {
      running.add(scheduler().run().subscribe());
    }

    for (int minute = 1; minute <= 3; minute++) {
      now.set(Instant.parse("2026-01-01T00:0" + minute + ":00.500Z"));
      // As somebody who changes another schedule: it wakes all replicas.
      set(8, "0 0 0 1 1 *");
      int expected = minute;
      await().until(() -> begun(7) >= expected);
    }

    assertThat(begun(7)).isEqualTo(3);
    assertThat(Await.value(jobs.executions(KIND.name(), 7, ListRequest.all(0, 10))).elements())
        .allSatisfy(execution -> {
          assertThat(execution.trigger()).isEqualTo(Trigger.SCHEDULE);
          assertThat(execution.attributes().get("owner").wholeNumber()).hasValue(7);
        });
  }

  @Test
  void countsTimesThatNobodySawOnceTogether() {
    set(7, "0 * * * * *");
    now.set(Instant.parse("2026-01-02T00:00:00Z"));

    running.add(scheduler().run().subscribe());

    await().until(() -> begun(7) == 1);
    assertThat(Await.value(schedules.find(KIND, 7)).nextRunAt())
        .isEqualTo(Instant.parse("2026-01-02T00:01:00Z"));
  }

  @Test
  void beginsNothingThatWasRemovedOrIsPaused() {
    set(7, "0 * * * * *");
    set(8, "0 * * * * *");
    Await.done(database.inTx(tx -> schedules.remove(tx, KIND, 7)));
    Await.done(database.inTx(tx -> queues.pause(tx, List.of("SCHEDULER"), true).thenReturn(true)));
    now.set(Instant.parse("2026-01-01T00:01:00Z"));
    running.add(scheduler().run().subscribe());
    Await.done(Mono.delay(Duration.ofMillis(200)));
    assertThat(begun(8)).isZero();

    Await.done(database.inTx(tx -> queues.pause(tx, List.of("SCHEDULER"), false).thenReturn(true)));

    running.add(scheduler().run().subscribe());
    await().until(() -> begun(8) == 1);
    assertThat(begun(7)).isZero();
  }

  @Test
  void findsWhatIsDueByIndex() {
    Await.done(
        database.update(
            """
            INSERT INTO schedule (kind, owner_id, type, cron, parameters, next_run_at)
            SELECT 'RETENTION', n, 'Daily', '0 0 0 * * *', '{}', now() + n * interval '1 minute'
            FROM generate_series(1, 20000) n
            """));
    Await.done(database.update("VACUUM ANALYZE schedule"));

    Plan.of(database, PgScheduleRepository.LOCK_DUE, Rows.timestamp(Instant.now()), 20)
        .readsByIndex();
    Plan.of(database, PgScheduleRepository.FIRST_DUE).readsByIndex().doesNotSort();
    Plan.of(database, PgScheduleRepository.SELECT + " ORDER BY id OFFSET 0 LIMIT 10")
        .readsByIndex()
        .doesNotSort();
  }

  private void set(long owner, String cron) {
    Await.done(
        database.inTx(tx ->
            schedules
                .set(
                    tx,
                    KIND,
                    owner,
                    ScheduleType.CUSTOM,
                    ScheduleType.CUSTOM.cron(cron),
                    Map.of("owner", owner))
                .thenReturn(true)));
  }

  private long begun(long owner) {
    return Await.value(jobs.executions(KIND.name(), owner, ListRequest.all(0, 100))).total();
  }

  private Scheduler scheduler() {
    Notifications silent =
        _ ->
            Flux.interval(Duration.ofMillis(30), timer)
                .map(_ -> new Notifications.Signal.Message(""));
    return new Scheduler(
        rows,
        new JobQueue(jobs, database),
        database,
        silent,
        List.of(
            new JobHandler() {
              @Override
              public JobKind kind() {
                return KIND;
              }

              @Override
              public Mono<JobResult> run(JobContext job) {
                return Mono.just(JobResult.done());
              }
            }),
        timer,
        clock);
  }
}
