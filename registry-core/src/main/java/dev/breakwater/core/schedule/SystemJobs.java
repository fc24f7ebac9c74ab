package dev.breakwater.core.schedule;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.Execution;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobQueue;
import dev.breakwater.core.job.JobRepository;
import dev.breakwater.core.job.StartJob;
import dev.breakwater.core.job.TaskLog;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Transactions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A job of the system that people start, watch, stop and schedule, such as garbage collection and
 * the purge of the audit log.
 */
public final class SystemJobs {
  private final JobKind kind;
  private final Resource resource;
  private final Function<JsonValue, Map<String, Object>> parameters;
  private final JobRepository jobs;
  private final JobQueue queue;
  private final Schedules schedules;
  private final Authorizer authorizer;
  private final Transactions transactions;

  /**
   * @param resource what one needs permissions of
   * @param parameters checks what a client gave, and fills in what it left out
   */
  public SystemJobs(
      JobKind kind,
      Resource resource,
      Function<JsonValue, Map<String, Object>> parameters,
      JobRepository jobs,
      JobQueue queue,
      Schedules schedules,
      Authorizer authorizer,
      Transactions transactions) {
    this.kind = kind;
    this.resource = resource;
    this.parameters = parameters;
    this.jobs = jobs;
    this.queue = queue;
    this.schedules = schedules;
    this.authorizer = authorizer;
    this.transactions = transactions;
  }

  /** One page of what ran. */
  public Mono<Slice<Execution>> history(Caller caller, ListRequest request) {
    return require(caller, Verb.LIST)
        .then(Mono.defer(() -> jobs.executions(kind.name(), StartJob.SYSTEM, request)));
  }

  /**
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<Execution> get(Caller caller, long id) {
    return require(caller, Verb.READ).then(existing(id));
  }

  /** Asks it to end; one that has ended stays as it is. */
  public Mono<Void> stop(Caller caller, long id) {
    return require(caller, Verb.STOP)
        .then(existing(id))
        .flatMap(execution -> queue.stop(execution.id()));
  }

  /** What it wrote. */
  public Mono<List<TaskLog.Line>> log(Caller caller, long id) {
    return require(caller, Verb.READ)
        .then(existing(id))
        .flatMap(execution -> jobs.logOfExecution(execution.id()));
  }

  private Mono<Execution> existing(long id) {
    return Mono.defer(() -> jobs.findExecution(kind.name(), StartJob.SYSTEM, id))
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND, "there is no " + kind.name() + " with id " + id)));
  }

  /** Empty if it does not begin by itself. */
  public Mono<Schedule> schedule(Caller caller) {
    return require(caller, Verb.READ).then(Mono.defer(() -> schedules.find(kind, StartJob.SYSTEM)));
  }

  /** Completes empty when the caller may set a schedule, or change it. */
  public Mono<Void> requireSchedule(Caller caller, boolean change) {
    return require(caller, change ? Verb.UPDATE : Verb.CREATE);
  }

  /**
   * Starts it now, sets its schedule or takes it away.
   *
   * @param change false: a schedule is not replaced
   * @return the number of the execution that was started
   * @throws RegistryException (as error signal) CONFLICT if there is a schedule that is not to be
   *     replaced, BAD_REQUEST for wrong parameters
   */
  public Mono<Optional<Long>> apply(
      Caller caller, boolean change, ScheduleType type, String cron, JsonValue given) {
    return requireSchedule(caller, change)
        .then(
            Mono.defer(() ->
                switch (type) {
                  case MANUAL -> start(parameters.apply(given)).map(Optional::of);
                  case NONE ->
                      transactions
                          .inTx(tx -> schedules.remove(tx, kind, StartJob.SYSTEM))
                          .thenReturn(Optional.<Long>empty());
                  case HOURLY, DAILY, WEEKLY, CUSTOM ->
                      set(change, type, type.cron(cron), parameters.apply(given))
                          .thenReturn(Optional.<Long>empty());
                }));
  }

  private Mono<Long> start(Map<String, Object> checked) {
    return queue.start(StartJob.single(kind, StartJob.SYSTEM, Trigger.MANUAL, checked));
  }

  private Mono<Boolean> set(
      boolean change, ScheduleType type, Cron cron, Map<String, Object> checked) {
    Mono<Boolean> write =
        transactions.inTx(
            tx -> schedules.set(tx, kind, StartJob.SYSTEM, type, cron, checked).thenReturn(true));
    return change
        ? write
        : schedules
            .find(kind, StartJob.SYSTEM)
            .hasElement()
            .flatMap(there -> there ? Mono.error(SystemJobs::scheduled) : write);
  }

  private static RegistryException scheduled() {
    return new RegistryException(
        ErrorCode.CONFLICT, "there is a schedule already; change it by PUT, or remove it first");
  }

  private Mono<Void> require(Caller caller, Verb verb) {
    return authorizer.requireInSystem(caller, Permission.of(resource, verb));
  }
}
