package dev.breakwater.core.job;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.TaskClaims.Claim;
import dev.breakwater.core.job.TaskClaims.ClaimedTask;
import dev.breakwater.core.job.TaskClaims.Outcome;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.notification.WakeUp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Runs tasks on this replica.
 *
 * <p>A worker that is free takes one task, and only then: nothing is held that does not run. One
 * worker at a time looks for work; it is woken by a notification, by a task that ended, or by the
 * clock. A task is held by a lease that heartbeats prolong, all tasks of a replica in one
 * statement. When the replica dies, the lease runs out and another one goes on from the checkpoint.
 *
 * <p>A replica that was only slow finds at its next heartbeat or checkpoint that its claim has
 * another number, and drops the task: what it wrote in the transaction of a checkpoint is undone.
 */
public final class JobWorker {
  private static final Logger log = LoggerFactory.getLogger(JobWorker.class);

  /** A task that has taken so many workers with it, without getting any further, is given up. */
  private static final int MAX_LOSSES = 5;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final TaskClaims claims;
  private final TaskProgress progress;
  private final Map<String, JobHandler> handlers;
  private final List<JobKind> kinds;
  private final WorkerPool pool;
  private final JobSettings settings;
  private final Notifications notifications;
  private final JobMetrics metrics;
  private final Scheduler timer;
  private final InstantSource clock;
  private final WakeUp wakeUp = new WakeUp();
  private final Map<Claim, RunningJob> running = new ConcurrentHashMap<>();

  /**
   * @param timer for heartbeats; nothing on it blocks
   */
  public JobWorker(
      TaskClaims claims,
      TaskProgress progress,
      List<JobHandler> handlers,
      WorkerPool pool,
      JobSettings settings,
      Notifications notifications,
      JobMetrics metrics,
      Scheduler timer,
      InstantSource clock) {
    this.claims = claims;
    this.progress = progress;
    this.handlers =
        handlers.stream().collect(Collectors.toUnmodifiableMap(h -> h.kind().name(), h -> h));
    this.kinds = handlers.stream().map(JobHandler::kind).toList();
    this.pool = pool;
    this.settings = settings;
    this.notifications = notifications;
    this.metrics = metrics;
    this.timer = timer;
    this.clock = clock;
  }

  /** Makes this replica known; the others wait for its acknowledgements from now on. */
  public Mono<Void> enlist() {
    return Mono.defer(() -> claims.register(pool, kinds));
  }

  /** Works until it is cancelled; call {@link #release} after that. */
  public Mono<Void> run() {
    return enlist()
        .retryWhen(Retry.backoff(Long.MAX_VALUE, PAUSE).maxBackoff(settings.poll()))
        .then(Mono.when(dispatch(), beat(), listen()));
  }

  /** Gives back what this replica held. */
  public Mono<Void> release() {
    return Mono.defer(() -> {
      List.copyOf(running.values()).forEach(RunningJob::lose);
      return claims.release(pool.id());
    });
  }

  private Mono<Void> listen() {
    return notifications.listen(Notifications.JOBS).doOnNext(_ -> wakeUp.call()).then();
  }

  /** Tokens go round: a free worker waits for a task, runs it and is free again. */
  private Mono<Void> dispatch() {
    Sinks.Many<Integer> free = Sinks.many().unicast().onBackpressureBuffer();
    IntStream.range(0, settings.workers()).forEach(worker -> putBack(free, worker));
    return free.asFlux()
        .concatMap(worker -> next().map(task -> Map.entry(worker, task)), 1)
        .flatMap(
            taken -> run(taken.getValue()).doFinally(_ -> putBack(free, taken.getKey())),
            settings.workers(),
            1)
        .then();
  }

  private static void putBack(Sinks.Many<Integer> free, int worker) {
    free.emitNext(worker, Sinks.EmitFailureHandler.busyLooping(PAUSE));
  }

  private Mono<ClaimedTask> next() {
    return Mono.defer(
            () -> {
              long calls = wakeUp.calls();
              return claims
                  .claim(pool.id(), inOrder(), settings.lease())
                  .onErrorResume(Exception.class, JobWorker::claimLater)
                  .switchIfEmpty(
                      Mono.defer(
                          () -> wakeUp.after(calls, settings.poll(), timer).then(Mono.empty())));
            })
        .repeatWhenEmpty(Function.identity());
  }

  private static Mono<ClaimedTask> claimLater(Exception error) {
    log.warn("no task could be taken: {}", error.toString());
    return Mono.empty();
  }

  /** The more important kinds first; equal ones by chance, so that none starves. */
  private List<JobKind> inOrder() {
    List<JobKind> order = new ArrayList<>(kinds);
    Collections.shuffle(order);
    order.sort(Comparator.comparingInt(JobKind::priority).reversed());
    return order;
  }

  private Mono<Void> run(ClaimedTask task) {
    return Mono.defer(() -> {
      RunningJob job = new RunningJob(task, progress, clock);
      running.put(task.claim(), job);
      return begin(job)
          .takeUntilOther(job.lost())
          .doFinally(_ -> {
            running.remove(task.claim());
            wakeUp.call();
          });
    });
  }

  private Mono<Void> begin(RunningJob job) {
    ClaimedTask task = job.task();
    if (task.stopRequested()) {
      return end(job, new Outcome(JobStatus.STOPPED, "", Map.of()));
    }
    if (task.losses() > MAX_LOSSES) {
      String message = task.losses() + " workers ended while they ran this; it is given up";
      return end(job, new Outcome(JobStatus.ERROR, message, Map.of()));
    }
    job.log(
        task.checkpoint().isPresent()
            ? task.kind() + " goes on from its last checkpoint"
            : task.kind() + " begins");
    long begin = System.nanoTime();
    return Mono.defer(() -> handler(task).run(job))
        .defaultIfEmpty(JobResult.done())
        .map(result -> outcome(job, result))
        .onErrorResume(Exception.class, error -> failed(job, error))
        .flatMap(outcome -> end(job, outcome))
        .doFinally(_ -> metrics.ran(task.kind(), Duration.ofNanos(System.nanoTime() - begin)));
  }

  private JobHandler handler(ClaimedTask task) {
    JobHandler handler = handlers.get(task.kind());
    if (handler == null) {
      throw new IllegalStateException("no handler of " + task.kind());
    }
    return handler;
  }

  private static Outcome outcome(RunningJob job, JobResult result) {
    boolean stopped = result.stopped() && job.stopRequested();
    return new Outcome(stopped ? JobStatus.STOPPED : JobStatus.SUCCESS, "", result.attributes());
  }

  /** An outcome if the task is given up; empty if it is tried again, or lost. */
  private Mono<Outcome> failed(RunningJob job, Exception error) {
    if (error instanceof LostTask) {
      log.warn("{}", error.getMessage());
      return Mono.empty();
    }
    ClaimedTask task = job.task();
    int failures = task.failures() + 1;
    String message = message(error);
    log.warn("{} (task {}) failed: {}", task.kind(), job.taskId(), error.toString());
    job.log("failed: " + message);
    JobKind kind = handler(task).kind();
    if (failures >= kind.attempts() || job.stopRequested()) {
      return Mono.just(
          new Outcome(
              job.stopRequested() ? JobStatus.STOPPED : JobStatus.ERROR, message, Map.of()));
    }
    Duration delay = settings.delay(failures);
    job.log("it is tried again in " + delay.toSeconds() + " s");
    metrics.failed(task.kind());
    return job.flush()
        .then(Mono.defer(() -> claims.retry(task.claim(), message, delay)))
        .onErrorResume(Exception.class, this::leaveIt)
        .then(Mono.empty());
  }

  /** What an error says to people; a bug says only where to look. */
  private static String message(Exception error) {
    return error instanceof RegistryException known
        ? String.valueOf(known.getMessage())
        : "internal error (" + error.getClass().getSimpleName() + "); see the program's log";
  }

  private Mono<Void> end(RunningJob job, Outcome outcome) {
    job.log("ended: " + outcome.status().label() + suffix(outcome.message()));
    return job.flush()
        .then(Mono.defer(() -> claims.finish(job.task().claim(), outcome)))
        .doOnSuccess(_ -> metrics.ended(job.task().kind(), outcome.status()))
        .onErrorResume(Exception.class, this::leaveIt);
  }

  private static String suffix(String message) {
    return message.isEmpty() ? "" : " (" + message + ")";
  }

  /** The lease runs out, and the task is taken again. */
  private Mono<Void> leaveIt(Exception error) {
    log.warn("a task's end could not be written: {}", error.toString());
    return Mono.empty();
  }

  private Mono<Void> beat() {
    return Flux.interval(settings.heartbeat(), settings.heartbeat(), timer)
        .onBackpressureDrop()
        .concatMap(_ -> heartbeat(), 1)
        .then();
  }

  private Mono<Void> heartbeat() {
    return Mono.defer(
            () -> {
              Map<Claim, RunningJob> held = Map.copyOf(running);
              return claims
                  .heartbeat(pool.id(), held.keySet(), settings.lease())
                  .doOnNext(kept -> compare(held, kept))
                  .then(Mono.defer(() -> flush(held.values())));
            })
        .onErrorResume(
            Exception.class,
            error -> {
              log.warn("a heartbeat failed: {}", error.toString());
              return register();
            });
  }

  /** A replica that was taken for dead is not known any more. */
  private Mono<Void> register() {
    return enlist().onErrorResume(Exception.class, _ -> Mono.empty());
  }

  private static void compare(Map<Claim, RunningJob> held, Map<Claim, Boolean> kept) {
    held.forEach((claim, job) -> {
      Boolean stop = kept.get(claim);
      if (stop == null) {
        job.lose();
      } else if (stop) {
        job.requestStop();
      }
    });
  }

  private static Mono<Void> flush(Collection<RunningJob> jobs) {
    return Flux.fromIterable(jobs).concatMap(RunningJob::flush).then();
  }
}
