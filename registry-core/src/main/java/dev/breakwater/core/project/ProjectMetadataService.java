package dev.breakwater.core.project;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What can be done with the metadata of a project, item by item. */
public final class ProjectMetadataService {
  private static final Permission CREATE = Permission.of(Resource.METADATA, Verb.CREATE);
  private static final Permission READ = Permission.of(Resource.METADATA, Verb.READ);
  private static final Permission LIST = Permission.of(Resource.METADATA, Verb.LIST);
  private static final Permission UPDATE = Permission.of(Resource.METADATA, Verb.UPDATE);
  private static final Permission DELETE = Permission.of(Resource.METADATA, Verb.DELETE);

  private final ProjectRepository projects;
  private final ProjectAccess access;
  private final Transactions transactions;
  private final EventRecorder events;

  public ProjectMetadataService(
      ProjectRepository projects,
      ProjectAccess access,
      Transactions transactions,
      EventRecorder events) {
    this.projects = projects;
    this.access = access;
    this.transactions = transactions;
    this.events = events;
  }

  /** All items that are set, {@code public} among them. */
  public Mono<Map<MetadataItem, String>> list(Caller caller, Project project) {
    return access
        .allows(caller, project, LIST)
        .flatMap(allowed -> allowed ? Mono.empty() : access.require(caller, project, READ))
        .then(Mono.defer(() -> all(project)));
  }

  /** The value of an item; NOT_FOUND if it is not set. */
  public Mono<String> get(Caller caller, Project project, MetadataItem item) {
    return access
        .require(caller, project, READ)
        .then(Mono.defer(() -> all(project)))
        .map(values -> present(project, item, values));
  }

  /** Sets an item; CONFLICT if it is set already. */
  public Mono<Void> add(Caller caller, Project project, MetadataItem item, String value) {
    String read = settable(item).read(value);
    return access
        .require(caller, project, CREATE)
        .then(Mono.defer(() -> all(project)))
        .flatMap(values ->
            values.containsKey(item)
                ? Mono.error(
                    new RegistryException(
                        ErrorCode.CONFLICT, item.label() + " is set already; change it with PUT"))
                : set(caller, project, item, read));
  }

  /** Changes an item; NOT_FOUND if it is not set. */
  public Mono<Void> update(Caller caller, Project project, MetadataItem item, String value) {
    String read = settable(item).read(value);
    return access
        .require(caller, project, UPDATE)
        .then(Mono.defer(() -> all(project)))
        .map(values -> present(project, item, values))
        .flatMap(_ -> set(caller, project, item, read));
  }

  /** Unsets an item; NOT_FOUND if it is not set. A project that is not public is private. */
  public Mono<Void> delete(Caller caller, Project project, MetadataItem item) {
    return access
        .require(caller, project, DELETE)
        .then(Mono.defer(() -> all(project)))
        .map(values -> present(project, item, values))
        .flatMap(_ ->
            item == MetadataItem.PUBLIC
                ? set(caller, project, item, "false")
                : change(caller, project, tx -> projects.unset(tx, project.id(), item).then()));
  }

  private Mono<Void> set(Caller caller, Project project, MetadataItem item, String value) {
    return item == MetadataItem.PUBLIC
        ? change(
            caller,
            project,
            tx ->
                projects.update(
                    tx, project.id(), Optional.of(Boolean.parseBoolean(value)), Map.of()))
        : change(
            caller,
            project,
            tx -> projects.update(tx, project.id(), Optional.empty(), Map.of(item, value)));
  }

  private Mono<Void> change(Caller caller, Project project, Function<Tx, Mono<Void>> work) {
    String name = project.name().value();
    Event event =
        Event.of(EventType.UPDATE_PROJECT, caller, name, "update metadata of project: " + name)
            .in(project.id());
    return transactions
        .inTx(tx -> work.apply(tx).then(events.record(tx, event)))
        .then(Mono.fromRunnable(() -> access.forget(name)));
  }

  private Mono<Map<MetadataItem, String>> all(Project project) {
    return projects.metadata(Set.of(project.id())).map(found -> with(project, found));
  }

  private static Map<MetadataItem, String> with(
      Project project, Map<Long, Map<MetadataItem, String>> found) {
    Map<MetadataItem, String> values = new EnumMap<>(MetadataItem.class);
    values.put(MetadataItem.PUBLIC, Boolean.toString(project.isPublic()));
    values.putAll(found.getOrDefault(project.id(), Map.of()));
    return values;
  }

  private static String present(
      Project project, MetadataItem item, Map<MetadataItem, String> values) {
    String value = values.get(item);
    if (value == null) {
      throw new RegistryException(
          ErrorCode.NOT_FOUND,
          "the metadata " + item.label() + " of project " + project.name() + " not found");
    }
    return value;
  }

  /**
   * The same item, unless it is one that only the program sets.
   *
   * @throws RegistryException BAD_REQUEST for another one: a project could take the policy of
   *     another one
   */
  public static MetadataItem settable(MetadataItem item) {
    if (item == MetadataItem.RETENTION_ID) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "retention_id is set with the retention policy; leave it out");
    }
    return item;
  }
}
