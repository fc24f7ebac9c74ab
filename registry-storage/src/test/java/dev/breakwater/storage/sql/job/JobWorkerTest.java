package dev.breakwater.storage.sql.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.Execution;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobMetrics;
import dev.breakwater.core.job.JobQueue;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.job.JobSettings;
import dev.breakwater.core.job.JobStatus;
import dev.breakwater.core.job.JobWorker;
import dev.breakwater.core.job.StartJob;
import dev.breakwater.core.job.SweepExecutions;
import dev.breakwater.core.job.TaskLog;
import dev.breakwater.core.job.TaskStart;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.job.WorkerPool;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.notification.PgNotifications;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Workers on a real database, with leases of a second. */
class JobWorkerTest {
  private static final JobKind KIND = new JobKind("COUNTING", JobKind.UNLIMITED, 3, 0);
  private static final JobKind ALONE = new JobKind("ALONE", 1, 1, 0);
  private static final JobSettings SETTINGS =
      new JobSettings(
          4,
          Duration.ofMillis(1000),
          Duration.ofMillis(200),
          Duration.ofMillis(200),
          Duration.ofMillis(50));

  private final Database database = TestDatabase.migrated();
  private final PgJobRepository jobs = new PgJobRepository(database);
  private final PgQueueRepository queues = new PgQueueRepository(database);
  private final JobQueue queue = new JobQueue(jobs, database);
  private final PgNotifications notifications = new PgNotifications(database);
  private final Scheduler timer = Schedulers.newSingle("timer");
  private final List<Disposable> running = new ArrayList<>();

  @BeforeEach
  void makeATableOfEffects() {
    Await.done(database.update("CREATE TABLE effect (step int NOT NULL)"));
    running.add(notifications.run().subscribe());
  }

  @AfterEach
  void stop() {
    running.forEach(Disposable::dispose);
    timer.dispose();
    database.close();
  }

  @Test
  void runsATaskAndShowsWhatCameOfIt() {
    worker(
        "one",
        handler(
            KIND,
            job -> {
              job.log("counted to " + job.parameters().get("to").wholeNumber().orElseThrow());
              return Mono.just(JobResult.done(Map.of("counted", 7)));
            }));

    long id = start(KIND, Map.of("to", 7));

    Execution execution = ended(KIND, id);
    assertThat(execution.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(execution.attributes().get("to").wholeNumber()).hasValue(7);
    assertThat(execution.attributes().get("counted").wholeNumber()).hasValue(7);
    assertThat(execution.endedAt()).isPresent();
    assertThat(execution.tasks()).isEqualTo(Map.of(JobStatus.SUCCESS, 1L));
    assertThat(Await.value(jobs.logOfExecution(id)))
        .extracting(TaskLog.Line::text)
        .containsExactly("COUNTING begins", "counted to 7", "ended: Success");
  }

  @Test
  void goesOnFromTheCheckpointWhenAWorkerDies() {
    Disposable doomed = worker("doomed", handler(KIND, job -> count(job, 3).then(Mono.never())));
    long id = start(KIND, Map.of());
    await().until(() -> effects().size() == 3);

    // No farewell, as after kill -9: the lease has to run out.
    doomed.dispose();
    worker("heir", handler(KIND, job -> count(job, 10)));

    assertThat(ended(KIND, id).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(effects()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    List<String> lines =
        Await.value(jobs.logOfExecution(id)).stream().map(TaskLog.Line::text).toList();
    assertThat(lines).contains("COUNTING goes on from its last checkpoint");
    assertThat(lines)
        .as("what is committed is told, once")
        .filteredOn(line -> line.startsWith("step "))
        .containsExactlyElementsOf(effects().stream().map(step -> "step " + step).toList());
  }

  @Test
  void keepsTheLatestExecutionsOfAKind() {
    List<Long> ids =
        IntStream.range(0, 13).mapToObj(_ -> start(JobKind.PURGE_AUDIT_LOG, Map.of())).toList();
    // The first one still runs.
    Await.done(
        database.update(
            "UPDATE job_execution SET status = 'Success', ended_at = now() WHERE id > $1",
            ids.getFirst()));
    TestJob sweep = new TestJob(StartJob.SYSTEM, Map.of());

    Await.done(new SweepExecutions(jobs).run(sweep));

    assertThat(sweep.lines).containsExactly("PURGE_AUDIT_LOG: removed 2 old executions");
    List<Long> left = new ArrayList<>(List.of(ids.getFirst()));
    left.addAll(ids.subList(3, 13));
    assertThat(
            Await.value(
                database.many(
                    "SELECT id FROM job_execution ORDER BY id", row -> Rows.number(row, "id"))))
        .containsExactlyElementsOf(left);
  }

  @Test
  void takesMoreUrgentWorkFirst() {
    List<String> begun = new CopyOnWriteArrayList<>();
    JobKind urgent = new JobKind("URGENT", JobKind.UNLIMITED, 1, 10);
    long later = start(KIND, Map.of());
    long first = start(urgent, Map.of());

    JobHandler[] handlers =
        Stream.of(KIND, urgent)
            .map(kind ->
                handler(
                    kind,
                    _ ->
                        Mono.fromSupplier(() -> {
                          begun.add(kind.name());
                          return JobResult.done();
                        })))
            .toArray(JobHandler[]::new);
    running.add(make("one", SETTINGS.withWorkers(1), handlers).run().subscribe());

    assertThat(ended(urgent, first).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(ended(KIND, later).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(begun).containsExactly("URGENT", "COUNTING");
  }

  @Test
  void undoesWhatASlowWorkerStillWrites() {
    List<Throwable> errors = new CopyOnWriteArrayList<>();
    List<JobContext> first = new CopyOnWriteArrayList<>();
    Disposable stalled =
        worker(
            "slow",
            handler(
                KIND,
                job -> {
                  first.add(job);
                  return Mono.never();
                }));
    long id = start(KIND, Map.of());
    await().until(() -> !first.isEmpty());
    stalled.dispose();
    worker("quick", handler(KIND, job -> count(job, 2)));
    ended(KIND, id);

    database
        .inTx(tx ->
            database
                .in(tx)
                .update("INSERT INTO effect VALUES (99)")
                .then(first.getFirst().checkpoint(tx, Map.of("step", 99)))
                .thenReturn(1))
        .doOnError(errors::add)
        .onErrorComplete()
        .block(Duration.ofSeconds(10));

    assertThat(errors).hasSize(1);
    assertThat(effects()).containsExactly(1, 2);
  }

  @Test
  void triesAgainUntilTheAttemptsAreUsedUp() {
    AtomicInteger runs = new AtomicInteger();
    worker(
        "one",
        handler(
            KIND,
            _ ->
                Mono.error(
                    new RegistryException(
                        ErrorCode.UNAVAILABLE, "no luck in run " + runs.incrementAndGet()))));

    Execution execution = ended(KIND, start(KIND, Map.of()));

    assertThat(execution.status()).isEqualTo(JobStatus.ERROR);
    assertThat(execution.statusMessage()).isEqualTo("no luck in run 3");
    assertThat(runs).hasValue(3);
  }

  @Test
  void runsOneTaskAtATimeOfALimitedKind() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    JobHandler alone =
        handler(
            ALONE,
            _ ->
                Mono.fromCallable(() -> most.accumulateAndGet(now.incrementAndGet(), Math::max))
                    .then(Mono.delay(Duration.ofMillis(20)))
                    .doOnNext(_ -> now.decrementAndGet())
                    .thenReturn(JobResult.done()));
    worker("one", alone);
    worker("two", alone);

    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ids.add(start(ALONE, Map.of("n", i)));
    }

    ids.forEach(id -> assertThat(ended(ALONE, id).status()).isEqualTo(JobStatus.SUCCESS));
    assertThat(most).hasValue(1);
  }

  @Test
  void stopsWhatWaitsAtOnceAndWhatRunsBetweenBatches() {
    long waiting = start(KIND, Map.of());
    Await.done(queue.stop(waiting));
    assertThat(ended(KIND, waiting).status()).isEqualTo(JobStatus.STOPPED);

    worker(
        "one",
        handler(
            KIND,
            job ->
                Mono.delay(Duration.ofMillis(20))
                    .repeat(() -> !job.stopRequested())
                    .then(Mono.just(JobResult.stopped(Map.of("left", true))))));
    long id = start(KIND, Map.of());
    await().until(() -> find(KIND, id).status() == JobStatus.RUNNING);
    Await.done(queue.stop(id));

    assertThat(ended(KIND, id).status()).isEqualTo(JobStatus.STOPPED);
    assertThat(find(KIND, id).attributes().get("left").bool()).hasValue(true);
  }

  @Test
  void takesNothingFromAPausedQueueUntilItIsResumed() {
    AtomicInteger runs = new AtomicInteger();
    Await.done(database.inTx(tx -> queues.pause(tx, List.of(KIND.name()), true).thenReturn(true)));
    worker(
        "one",
        handler(KIND, _ -> Mono.fromCallable(runs::incrementAndGet).thenReturn(JobResult.done())),
        handler(ALONE, _ -> Mono.just(JobResult.done())));
    long paused = start(KIND, Map.of());
    ended(ALONE, start(ALONE, Map.of()));

    assertThat(find(KIND, paused).status()).isEqualTo(JobStatus.PENDING);
    assertThat(runs).hasValue(0);
    Await.done(database.inTx(tx -> queues.pause(tx, List.of(KIND.name()), false).thenReturn(true)));
    assertThat(ended(KIND, paused).status()).isEqualTo(JobStatus.SUCCESS);
  }

  @Test
  void endsAnExecutionWithItsLastTaskAlsoOfThoseAddedLater() {
    worker(
        "one",
        handler(
            KIND,
            job -> {
              if (job.parameters().get("plan").isAbsent()) {
                return Mono.just(JobResult.done());
              }
              List<TaskStart> more =
                  List.of(TaskStart.of(Map.of()), TaskStart.of(Map.of()), TaskStart.of(Map.of()));
              return database.inTx(tx -> job.addTasks(tx, more).thenReturn(JobResult.done()));
            }));

    Execution execution = ended(KIND, start(KIND, Map.of("plan", true)));

    assertThat(execution.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(execution.tasks()).isEqualTo(Map.of(JobStatus.SUCCESS, 4L));
  }

  @Test
  void givesBackWhatItHeldWhenTheProgramStops() {
    JobWorker worker = make("leaving", handler(KIND, _ -> Mono.never()));
    Disposable loop = worker.run().subscribe();
    long id = start(KIND, Map.of());
    await().until(() -> find(KIND, id).status() == JobStatus.RUNNING);

    loop.dispose();
    Await.done(worker.release());

    assertThat(find(KIND, id).tasks()).isEqualTo(Map.of(JobStatus.PENDING, 1L));
    assertThat(Await.value(queues.pools().collectList())).isEmpty();
  }

  /** Writes the steps that are left, each in one transaction with its checkpoint. */
  private Mono<JobResult> count(JobContext job, int to) {
    int from = job.checkpoint().map(JobWorkerTest::step).orElse(0L).intValue();
    return Flux.range(from + 1, to - from)
        .concatMap(step -> step(job, step))
        .then(Mono.just(JobResult.done()));
  }

  private static long step(JsonValue checkpoint) {
    return checkpoint.get("step").wholeNumber().orElseThrow();
  }

  private Mono<Long> step(JobContext job, long step) {
    return database.inTx(tx ->
        database
            .in(tx)
            .update("INSERT INTO effect VALUES ($1)", step)
            .then(Mono.defer(() -> job.checkpoint(tx, Map.of("step", step))))
            .then(Mono.defer(() -> job.log(tx, List.of("step " + step))))
            .thenReturn(step));
  }

  private long start(JobKind kind, Map<String, Object> parameters) {
    return Await.value(
        queue.start(StartJob.single(kind, StartJob.SYSTEM, Trigger.MANUAL, parameters)));
  }

  private Execution ended(JobKind kind, long id) {
    await().atMost(Duration.ofSeconds(20)).until(() -> find(kind, id).status().ended());
    return find(kind, id);
  }

  private Execution find(JobKind kind, long id) {
    return Await.value(jobs.findExecution(kind.name(), StartJob.SYSTEM, id));
  }

  private List<Integer> effects() {
    return Await.value(
        database.many(
            "SELECT step FROM effect ORDER BY step", row -> Rows.get(row, "step", Integer.class)));
  }

  private Disposable worker(String name, JobHandler... handlers) {
    Disposable loop = make(name, handlers).run().subscribe();
    running.add(loop);
    return loop;
  }

  private JobWorker make(String name, JobHandler... handlers) {
    return make(name, SETTINGS, handlers);
  }

  private JobWorker make(String name, JobSettings settings, JobHandler... handlers) {
    return new JobWorker(
        new PgTaskClaims(database),
        new PgTaskProgress(database),
        List.of(handlers),
        new WorkerPool(name, "localhost", 1, settings.workers(), Instant.EPOCH, Instant.EPOCH),
        settings,
        notifications,
        new JobMetrics(new SimpleMeterRegistry()),
        timer,
        InstantSource.system());
  }

  private static JobHandler handler(JobKind kind, Function<JobContext, Mono<JobResult>> work) {
    return new JobHandler() {
      @Override
      public JobKind kind() {
        return kind;
      }

      @Override
      public Mono<JobResult> run(JobContext job) {
        return work.apply(job);
      }
    };
  }
}
