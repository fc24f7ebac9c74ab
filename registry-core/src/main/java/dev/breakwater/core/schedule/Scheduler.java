package dev.breakwater.core.schedule;

import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobQueue;
import dev.breakwater.core.job.StartJob;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.notification.WakeUp;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Begins what is due. Every replica looks; a schedule is locked, begun and moved to its next time
 * in one transaction, so each time counts once however many look. Times that passed while nobody
 * looked count once together.
 */
public final class Scheduler {
  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
  private static final int BATCH = 20;
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(10);
  private static final Duration SHORTEST_SLEEP = Duration.ofMillis(50);

  /** For a schedule whose times are over: it stays and is never due. */
  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  private final ScheduleRepository schedules;
  private final JobQueue queue;
  private final Transactions transactions;
  private final Notifications notifications;
  private final Map<String, JobKind> kinds;
  private final reactor.core.scheduler.Scheduler timer;
  private final InstantSource clock;
  private final WakeUp wakeUp = new WakeUp();

  /**
   * @param handlers of the kinds that can begin
   */
  public Scheduler(
      ScheduleRepository schedules,
      JobQueue queue,
      Transactions transactions,
      Notifications notifications,
      List<JobHandler> handlers,
      reactor.core.scheduler.Scheduler timer,
      InstantSource clock) {
    this.schedules = schedules;
    this.queue = queue;
    this.transactions = transactions;
    this.notifications = notifications;
    this.kinds =
        handlers.stream()
            .map(JobHandler::kind)
            .collect(Collectors.toUnmodifiableMap(JobKind::name, kind -> kind));
    this.timer = timer;
    this.clock = clock;
  }

  /** Looks until it is cancelled. */
  public Mono<Void> run() {
    Mono<Void> listen =
        notifications.listen(Notifications.JOBS).doOnNext(_ -> wakeUp.call()).then();
    return Mono.when(listen, pass().repeat().then());
  }

  private Mono<Void> pass() {
    return Mono.defer(() -> {
      long calls = wakeUp.calls();
      return beginDue()
          .then(sleep())
          .onErrorResume(
              Exception.class,
              error -> {
                log.warn("schedules could not be looked at: {}", error.toString());
                return Mono.just(LONGEST_SLEEP);
              })
          .flatMap(sleep -> wakeUp.after(calls, sleep, timer));
    });
  }

  private Mono<Duration> sleep() {
    return Mono.defer(schedules::firstDue)
        .map(due -> Duration.between(clock.instant(), due))
        .defaultIfEmpty(LONGEST_SLEEP)
        .map(sleep ->
            sleep.compareTo(SHORTEST_SLEEP) < 0
                ? SHORTEST_SLEEP
                : sleep.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : sleep);
  }

  /** Begins what is due now; how many that was. */
  Mono<Long> beginDue() {
    return Mono.defer(schedules::paused)
        .flatMap(paused -> paused ? Mono.just(0L) : transactions.inTx(this::beginDue));
  }

  private Mono<Long> beginDue(Tx tx) {
    return schedules
        .lockDue(tx, clock.instant(), BATCH)
        .flatMapMany(Flux::fromIterable)
        .concatMap(schedule -> begin(tx, schedule))
        .count();
  }

  private Mono<Long> begin(Tx tx, Schedule schedule) {
    Instant next = Cron.parse(schedule.cron()).next(clock.instant()).orElse(NEVER);
    return Mono.defer(() ->
            Optional.ofNullable(kinds.get(schedule.kind()))
                .map(kind -> queue.start(tx, start(kind, schedule)))
                .orElseGet(Mono::empty))
        .then(Mono.defer(() -> schedules.advance(tx, schedule.id(), next)))
        .thenReturn(schedule.id());
  }

  private static StartJob start(JobKind kind, Schedule schedule) {
    return StartJob.single(
        kind, schedule.ownerId(), Trigger.SCHEDULE, schedule.parameters().toMap());
  }
}
