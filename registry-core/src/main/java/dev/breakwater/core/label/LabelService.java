package dev.breakwater.core.label;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.ProjectRepository;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Transactions;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Labels themselves. Those for all projects are the system's: everybody who is logged in may read
 * them. Those of a project belong to it.
 */
public final class LabelService {
  private final LabelRepository labels;
  private final ProjectRepository projects;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;
  private final Runnable deleted;

  /**
   * @param deleted is told that artifacts lost a label
   */
  public LabelService(
      LabelRepository labels,
      ProjectRepository projects,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events,
      Runnable deleted) {
    this.labels = labels;
    this.projects = projects;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
    this.deleted = deleted;
  }

  /**
   * One page.
   *
   * @param projectId empty: those for all projects
   */
  public Mono<Slice<Label>> list(Caller caller, Optional<Long> projectId, ListRequest request) {
    return require(caller, projectId, Verb.LIST)
        .then(Mono.defer(() -> labels.list(projectId, request)));
  }

  /** One label; NOT_FOUND if there is none. */
  public Mono<Label> get(Caller caller, long id) {
    return find(caller, id, Verb.READ);
  }

  /** Makes one; answers its number. CONFLICT if there is one of this name. */
  public Mono<Long> create(Caller caller, Optional<Long> projectId, LabelText text) {
    return require(caller, projectId, Verb.CREATE)
        .then(
            transactions.inTx(tx ->
                labels
                    .create(tx, projectId, text)
                    .delayUntil(_ ->
                        events.record(
                            tx, event(EventType.CREATE_LABEL, caller, projectId, text.name())))));
  }

  /** Changes one; NOT_FOUND if there is none, CONFLICT if there is another of this name. */
  public Mono<Void> update(Caller caller, long id, LabelText text) {
    return find(caller, id, Verb.UPDATE)
        .flatMap(label ->
            transactions.inTx(tx ->
                labels
                    .update(tx, id, text)
                    .filter(changed -> changed)
                    .switchIfEmpty(Mono.error(() -> notFound(id)))
                    .then(
                        Mono.defer(() ->
                            events.record(
                                tx,
                                event(
                                    EventType.UPDATE_LABEL,
                                    caller,
                                    label.projectId(),
                                    text.name()))))));
  }

  /** Deletes one, also from all artifacts that have it; NOT_FOUND if there is none. */
  public Mono<Void> delete(Caller caller, long id) {
    return find(caller, id, Verb.DELETE)
        .flatMap(label ->
            transactions.inTx(tx ->
                labels
                    .delete(tx, id)
                    .filter(gone -> gone)
                    .switchIfEmpty(Mono.error(() -> notFound(id)))
                    .then(
                        Mono.defer(() ->
                            events.record(
                                tx,
                                event(
                                    EventType.DELETE_LABEL,
                                    caller,
                                    label.projectId(),
                                    label.text().name()))))))
        .doOnSuccess(_ -> deleted.run());
  }

  private Mono<Void> require(Caller caller, Optional<Long> projectId, Verb verb) {
    Permission permission = Permission.of(Resource.LABEL, verb);
    return projectId
        .map(id -> requireInProject(caller, id, permission))
        .orElseGet(() -> requireInSystem(caller, permission));
  }

  private Mono<Void> requireInProject(Caller caller, long projectId, Permission permission) {
    return projects
        .findById(projectId)
        .switchIfEmpty(
            Mono.error(() ->
                caller.isAnonymous()
                    ? Authorizer.loginFirst(permission)
                    : new RegistryException(
                        ErrorCode.NOT_FOUND, "project " + projectId + " not found")))
        .flatMap(project -> authorizer.require(caller, project, permission));
  }

  private Mono<Void> requireInSystem(Caller caller, Permission permission) {
    boolean reads = permission.verb() == Verb.READ || permission.verb() == Verb.LIST;
    if (!reads) {
      return authorizer.requireInSystem(caller, permission);
    }
    return caller.isAnonymous()
        ? Mono.error(() -> Authorizer.loginFirst(permission))
        : Mono.empty();
  }

  /** The label, if the caller may do this with it. */
  private Mono<Label> find(Caller caller, long id, Verb verb) {
    return labels
        .find(id)
        .switchIfEmpty(
            Mono.error(() ->
                caller.isAnonymous()
                    ? Authorizer.loginFirst(Permission.of(Resource.LABEL, verb))
                    : notFound(id)))
        .delayUntil(label -> require(caller, label.projectId(), verb));
  }

  static RegistryException notFound(long id) {
    return new RegistryException(ErrorCode.NOT_FOUND, "label " + id + " not found");
  }

  private static Event event(EventType type, Caller caller, Optional<Long> projectId, String name) {
    Event event = Event.of(type, caller, name, type.operation() + " label: " + name);
    return projectId.map(event::in).orElse(event);
  }
}
