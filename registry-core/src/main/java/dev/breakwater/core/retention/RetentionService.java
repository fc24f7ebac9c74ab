package dev.breakwater.core.retention;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.MetadataItem;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectRepository;
import dev.breakwater.core.schedule.Cron;
import dev.breakwater.core.schedule.ScheduleType;
import dev.breakwater.core.schedule.Schedules;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The retention policies of projects, one for each at most. */
public final class RetentionService {
  private final RetentionPolicyRepository policies;
  private final Schedules schedules;
  private final ProjectRepository projects;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;

  public RetentionService(
      RetentionPolicyRepository policies,
      Schedules schedules,
      ProjectRepository projects,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events) {
    this.policies = policies;
    this.schedules = schedules;
    this.projects = projects;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
  }

  /** Completes if somebody in particular is calling: they may read what rules there can be. */
  public Mono<Void> requireKnown(Caller caller) {
    return caller.isAnonymous()
        ? Mono.error(() -> Authorizer.loginFirst(permission(Verb.READ)))
        : Mono.empty();
  }

  /** NOT_FOUND if there is none. */
  public Mono<RetentionPolicy> get(Caller caller, long id) {
    return find(caller, id, Verb.READ);
  }

  /**
   * The policy, if the caller may do this with it.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if there is none
   */
  Mono<RetentionPolicy> find(Caller caller, long id, Verb verb) {
    return policies
        .find(id)
        .switchIfEmpty(
            Mono.error(() ->
                caller.isAnonymous() ? Authorizer.loginFirst(permission(verb)) : notFound(id)))
        .delayUntil(policy ->
            projects
                .findById(policy.projectId())
                .switchIfEmpty(Mono.error(() -> notFound(id)))
                .flatMap(project -> authorizer.require(caller, project, permission(verb))));
  }

  /**
   * Makes one; answers its number.
   *
   * @throws RegistryException (as error signal) BAD_REQUEST if there is no such project, or it has
   *     a policy
   */
  public Mono<Long> create(Caller caller, RetentionPolicy policy) {
    return Mono.fromRunnable(() -> requireCron(policy))
        .then(Mono.defer(() -> projects.findById(policy.projectId())))
        .switchIfEmpty(
            Mono.error(() ->
                caller.isAnonymous()
                    ? Authorizer.loginFirst(permission(Verb.CREATE))
                    : noProject(policy.projectId())))
        .delayUntil(project -> authorizer.require(caller, project, permission(Verb.CREATE)))
        .flatMap(project -> transactions.inTx(tx -> insert(tx, caller, project, policy)));
  }

  private Mono<Long> insert(Tx tx, Caller caller, Project project, RetentionPolicy policy) {
    return policies
        .create(tx, policy)
        .delayUntil(id ->
            projects
                .update(
                    tx,
                    project.id(),
                    Optional.empty(),
                    Map.of(MetadataItem.RETENTION_ID, Long.toString(id)))
                .then(Mono.defer(() -> schedule(tx, id, policy.cron())))
                .then(
                    Mono.defer(
                        () -> record(tx, EventType.CREATE_RETENTION, caller, project.id(), id))));
  }

  /**
   * Changes one; runs that began before go on with the rules they have.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if there is none, or it is another
   *     project's
   */
  public Mono<Void> update(Caller caller, RetentionPolicy policy) {
    return Mono.fromRunnable(() -> requireCron(policy))
        .then(Mono.defer(() -> find(caller, policy.id(), Verb.UPDATE)))
        .filter(known -> known.projectId() == policy.projectId())
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND,
                    "the retention policy "
                        + policy.id()
                        + " is not the one of project "
                        + policy.projectId())))
        .flatMap(_ ->
            transactions.inTx(tx ->
                policies
                    .update(tx, policy)
                    .filter(changed -> changed)
                    .switchIfEmpty(Mono.error(() -> notFound(policy.id())))
                    .then(Mono.defer(() -> schedule(tx, policy.id(), policy.cron())))
                    .then(
                        Mono.defer(() ->
                            record(
                                tx,
                                EventType.UPDATE_RETENTION,
                                caller,
                                policy.projectId(),
                                policy.id())))));
  }

  /** Deletes one, and when it would have run; NOT_FOUND if there is none. */
  public Mono<Void> delete(Caller caller, long id) {
    return find(caller, id, Verb.DELETE)
        .flatMap(policy ->
            transactions.inTx(tx ->
                schedule(tx, id, "")
                    .then(Mono.defer(() -> policies.delete(tx, id)))
                    .filter(deleted -> deleted)
                    .switchIfEmpty(Mono.error(() -> notFound(id)))
                    .then(
                        Mono.defer(() ->
                            projects.unset(tx, policy.projectId(), MetadataItem.RETENTION_ID)))
                    .then(
                        Mono.defer(() ->
                            record(
                                tx, EventType.DELETE_RETENTION, caller, policy.projectId(), id)))));
  }

  private static void requireCron(RetentionPolicy policy) {
    if (!policy.cron().isEmpty()) {
      Cron.parse(policy.cron());
    }
  }

  private Mono<Void> schedule(Tx tx, long id, String cron) {
    return cron.isEmpty()
        ? schedules.remove(tx, JobKind.RETENTION, id).then()
        : schedules.set(
            tx,
            JobKind.RETENTION,
            id,
            ScheduleType.CUSTOM,
            Cron.parse(cron),
            RetentionTasks.parameters(false));
  }

  private static Permission permission(Verb verb) {
    return Permission.of(Resource.TAG_RETENTION, verb);
  }

  private static RegistryException notFound(long id) {
    return new RegistryException(ErrorCode.NOT_FOUND, "the retention policy " + id + " not found");
  }

  private static RegistryException noProject(long id) {
    return new RegistryException(ErrorCode.BAD_REQUEST, "invalid Project id " + id);
  }

  private Mono<Void> record(Tx tx, EventType type, Caller caller, long projectId, long id) {
    return events.record(
        tx,
        Event.of(
                type,
                caller,
                "retention policy " + id,
                type.operation() + " retention policy " + id)
            .in(projectId));
  }
}
