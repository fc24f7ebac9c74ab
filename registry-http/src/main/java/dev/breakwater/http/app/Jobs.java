package dev.breakwater.http.app;

import dev.breakwater.core.access.Resource;
import dev.breakwater.core.audit.ForwardAuditLog;
import dev.breakwater.core.audit.PurgeAuditLog;
import dev.breakwater.core.audit.PurgeParameters;
import dev.breakwater.core.audit.SyslogReceiver;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.gc.GarbageOptions;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobMetrics;
import dev.breakwater.core.job.JobMonitor;
import dev.breakwater.core.job.JobQueue;
import dev.breakwater.core.job.JobSettings;
import dev.breakwater.core.job.JobWorker;
import dev.breakwater.core.job.SweepExecutions;
import dev.breakwater.core.job.WorkerPool;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.outbox.CacheInvalidation;
import dev.breakwater.core.outbox.Outbox;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.schedule.ListSchedules;
import dev.breakwater.core.schedule.ScheduleType;
import dev.breakwater.core.schedule.Scheduler;
import dev.breakwater.core.schedule.Schedules;
import dev.breakwater.core.schedule.SystemJobs;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.job.JobOperations;
import dev.breakwater.http.api.job.ScheduleOperations;
import dev.breakwater.http.api.job.SystemJobOperations;
import dev.breakwater.http.api.job.SystemJobOperations.Names;
import dev.breakwater.http.management.JobMeters;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.job.PgJobRepository;
import dev.breakwater.storage.sql.job.PgQueueRepository;
import dev.breakwater.storage.sql.job.PgTaskClaims;
import dev.breakwater.storage.sql.job.PgTaskProgress;
import dev.breakwater.storage.sql.outbox.PgOutboxRepository;
import dev.breakwater.storage.sql.schedule.PgScheduleRepository;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What goes on by itself: the worker, the schedules, the outbox and the notifications between
 * replicas. Everything else is done before {@link #start}, and nothing after {@link #close}.
 */
final class Jobs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Jobs.class);
  private static final Duration OUTBOX_POLL = Duration.ofMillis(250);
  private static final Duration METERS_PERIOD = Duration.ofSeconds(15);
  private static final Duration RULES_PERIOD = Duration.ofSeconds(2);
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final Database database;
  private final Identity identity;
  private final Pools pools;
  private final PgJobRepository jobs;
  private final PgQueueRepository queues;
  private final PgScheduleRepository scheduleRows;
  private final Notifications notifications;
  private final Schedules schedules;
  private final JobQueue queue;
  private final List<JobHandler> handlers;
  private final JobWorker worker;
  private final Scheduler scheduler;
  private final Outbox outbox;
  private final CacheInvalidation caches;
  private final JobMeters meters;
  private final Disposable.Composite running = Disposables.composite();

  private Jobs(
      Database database,
      Replicas replicas,
      Identity identity,
      SyslogReceiver syslog,
      Pools pools,
      List<JobHandler> more,
      JobSettings settings,
      PrometheusMeterRegistry registry,
      Clock clock) {
    this.database = database;
    this.identity = identity;
    this.pools = pools;
    jobs = new PgJobRepository(database);
    queues = new PgQueueRepository(database);
    scheduleRows = new PgScheduleRepository(database);
    notifications = replicas.notifications();
    schedules = new Schedules(scheduleRows, clock);
    queue = new JobQueue(jobs, database);
    handlers = new ArrayList<>(more);
    handlers.add(new SweepExecutions(jobs));
    handlers.add(new PurgeAuditLog(new PgAuditRepository(database), database, clock));
    WorkerPool pool =
        new WorkerPool(
            replicas.id(),
            host(),
            ProcessHandle.current().pid(),
            settings.workers(),
            clock.instant(),
            clock.instant());
    worker =
        new JobWorker(
            new PgTaskClaims(database),
            new PgTaskProgress(database),
            handlers,
            pool,
            settings,
            notifications,
            new JobMetrics(registry),
            pools.timer(),
            clock);
    scheduler =
        new Scheduler(scheduleRows, queue, database, notifications, handlers, pools.timer(), clock);
    PgOutboxRepository outboxRows = new PgOutboxRepository(database);
    caches = new CacheInvalidation(notifications, replicas.broadcast());
    outbox =
        new Outbox(
            outboxRows,
            List.of(caches, new ForwardAuditLog(identity.configuration(), syslog, pool.host())),
            pool.id(),
            OUTBOX_POLL,
            pools.timer());
    meters = new JobMeters(pool);
    meters.addTo(registry.getPrometheusRegistry());
  }

  /**
   * @param more handlers of other features
   */
  static Jobs wire(
      Database database,
      Replicas replicas,
      Identity identity,
      SyslogReceiver syslog,
      Pools pools,
      List<JobHandler> more,
      JobSettings settings,
      PrometheusMeterRegistry registry,
      Clock clock) {
    Jobs jobs =
        new Jobs(database, replicas, identity, syslog, pools, more, settings, registry, clock);
    ChangedCaches.subscribe(jobs.caches, identity);
    return jobs;
  }

  /** Runs it soon after a project was deleted at whatever replica, and when that is not known. */
  void whenProjectIsDeleted(Runnable forget) {
    caches.subscribe(Set.of(EventType.DELETE_PROJECT), _ -> forget.run(), forget);
  }

  /** The operations of jobs, schedules, garbage collection and the purge of the audit log. */
  void addTo(ApiRouter router, JsonBodies bodies) {
    new JobOperations(
            new JobMonitor(jobs, queues, handlers, identity.authorizer(), database), bodies)
        .addTo(router);
    new ScheduleOperations(new ListSchedules(scheduleRows, identity.authorizer())).addTo(router);
    new SystemJobOperations(
            systemJobs(
                JobKind.GARBAGE_COLLECTION, Resource.GARBAGE_COLLECTION, GarbageOptions::check),
            bodies,
            "/api/v2.0/system/gc",
            Names.GARBAGE_COLLECTION)
        .addTo(router);
    new SystemJobOperations(
            systemJobs(JobKind.PURGE_AUDIT_LOG, Resource.PURGE_AUDIT, PurgeParameters::check),
            bodies,
            "/api/v2.0/system/purgeaudit",
            Names.PURGE)
        .addTo(router);
  }

  private SystemJobs systemJobs(
      JobKind kind, Resource resource, Function<JsonValue, Map<String, Object>> parameters) {
    return new SystemJobs(
        kind, resource, parameters, jobs, queue, schedules, identity.authorizer(), database);
  }

  /** Begins to work. Blocks for a moment. */
  void start() {
    schedules.setIfMissing(JobKind.EXECUTION_SWEEP, ScheduleType.DAILY).block();
    schedules.setIfMissing(JobKind.QUOTA_RECOUNT, ScheduleType.DAILY).block();
    worker.enlist().block();
    running.add(caches.run().subscribe());
    running.add(worker.run().subscribe());
    running.add(scheduler.run().subscribe());
    running.add(outbox.run().subscribe());
    running.add(every(METERS_PERIOD, Mono.defer(this::look)).subscribe());
    running.add(every(RULES_PERIOD, Mono.defer(identity.audit()::refresh)).subscribe());
  }

  private Flux<?> every(Duration period, Mono<?> work) {
    return Flux.interval(Duration.ofSeconds(1), period, pools.timer())
        .onBackpressureDrop()
        .concatMap(_ -> work.onErrorResume(Exception.class, Jobs::later), 1);
  }

  private static <T> Mono<T> later(Exception error) {
    log.debug("periodic work failed: {}", error.toString());
    return Mono.empty();
  }

  private Mono<Void> look() {
    List<String> kinds = handlers.stream().map(handler -> handler.kind().name()).sorted().toList();
    return queues
        .queues(kinds)
        .collectList()
        .zipWith(scheduleRows.list(ListRequest.all(0, 1)))
        .doOnNext(both -> meters.show(both.getT1(), both.getT2().total()))
        .then();
  }

  /** Where features begin executions. */
  JobQueue queue() {
    return queue;
  }

  /** Where features set schedules. */
  Schedules schedules() {
    return schedules;
  }

  /** Where caches learn what has changed on other replicas. */
  CacheInvalidation caches() {
    return caches;
  }

  /** Stops working, and gives back what it held, so that another replica goes on at once. */
  @Override
  public void close() {
    running.dispose();
    try {
      worker.release().then(Mono.defer(outbox::release)).block(FAREWELL);
    } catch (RuntimeException e) {
      log.warn("running jobs go on when their leases are over: {}", e.toString());
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
