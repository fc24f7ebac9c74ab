package dev.breakwater.core.project;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Role;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Transactions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * What can be done with projects as such.
 *
 * <p>Who may not see a project is answered as Harbor's API does: UNAUTHORIZED without a credential,
 * whether the project is there or not; DENIED with one.
 */
public final class ProjectService {
  private static final Permission READ = Permission.of(Resource.PROJECT, Verb.READ);
  private static final Permission LIST = Permission.of(Resource.PROJECT, Verb.LIST);
  private static final Permission UPDATE = Permission.of(Resource.PROJECT, Verb.UPDATE);
  private static final Permission DELETE = Permission.of(Resource.PROJECT, Verb.DELETE);
  private static final Permission LIST_MEMBERS = Permission.of(Resource.MEMBER, Verb.LIST);
  private static final Permission READ_QUOTA = Permission.of(Resource.QUOTA, Verb.READ);

  private final ProjectRepository projects;
  private final ProjectAccess access;
  private final Transactions transactions;
  private final EventRecorder events;
  private final Mono<Long> defaultLimit;
  private final Runnable deleted;

  /**
   * @param defaultLimit how many bytes a project may hold if nobody says so; {@link
   *     NewProject#UNLIMITED}
   * @param deleted is run after each deletion: what is remembered of its content is void
   */
  public ProjectService(
      ProjectRepository projects,
      ProjectAccess access,
      Transactions transactions,
      EventRecorder events,
      Mono<Long> defaultLimit,
      Runnable deleted) {
    this.projects = projects;
    this.access = access;
    this.transactions = transactions;
    this.events = events;
    this.defaultLimit = defaultLimit;
    this.deleted = deleted;
  }

  /**
   * Creates a project that belongs to the caller, who administers it; CONFLICT if the name is
   * taken. Only administrators of the system set a limit; from others it is not taken.
   *
   * @param together what else is written in the same transaction
   */
  public Mono<Project> create(Caller caller, NewProject asked, ProjectChange together) {
    return access
        .mayCreate(caller)
        .flatMap(allowed ->
            allowed
                ? insert(caller, asked, together)
                : Mono.error(refused(caller, "create a project")))
        .doOnNext(project -> access.forget(project.name().value()));
  }

  private Mono<Project> insert(Caller caller, NewProject asked, ProjectChange together) {
    Optional<Long> owner =
        caller.principal() instanceof Principal.User user
            ? Optional.of(user.id())
            : Optional.empty();
    return limited(caller, asked)
        .flatMap(project ->
            transactions.inTx(tx ->
                projects
                    .create(tx, project, owner)
                    .delayUntil(created -> together.apply(tx, created.id()))
                    .delayUntil(created ->
                        events.record(tx, event(EventType.CREATE_PROJECT, caller, created)))));
  }

  private Mono<NewProject> limited(Caller caller, NewProject asked) {
    return caller.principal().systemAdministrator() && asked.storageLimit() != NewProject.BY_DEFAULT
        ? Mono.just(asked)
        : defaultLimit.map(asked::limitedTo);
  }

  /** The project of this number, for whoever may read it; NOT_FOUND if there is none. */
  public Mono<Project> find(Caller caller, long id) {
    return found(caller, projects.findById(id), "" + id, this::mayRead);
  }

  /** The project of this name, for whoever may read it; NOT_FOUND if there is none. */
  public Mono<Project> find(Caller caller, String name) {
    return found(caller, projects.findByName(name), name, this::mayRead);
  }

  /**
   * The project of this number, for whoever may do anything in it: what they are about to do has
   * still to be checked. NOT_FOUND if there is none.
   */
  public Mono<Project> enter(Caller caller, long id) {
    return found(caller, projects.findById(id), "" + id, access::allowsAnything);
  }

  /** The same by its name. */
  public Mono<Project> enter(Caller caller, String name) {
    return found(caller, projects.findByName(name), name, access::allowsAnything);
  }

  private Mono<Boolean> mayRead(Caller caller, Project project) {
    return access.allows(caller, project, READ);
  }

  /** Whether there is a project of this name that the caller may see. */
  public Mono<Boolean> exists(Caller caller, String name) {
    return projects.findByName(name).filterWhen(found -> mayRead(caller, found)).hasElement();
  }

  /** One page of the projects that the caller may see. */
  public Mono<Slice<ProjectDetails>> list(
      Caller caller, Optional<String> owner, ListRequest request) {
    return list(caller, owner, request, Mono::just, (project, _) -> project);
  }

  /**
   * The same, each together with something else.
   *
   * @param more what else is looked up by their ids, at the same time as what belongs to them
   * @param both makes one of a project and that
   */
  public <M, R> Mono<Slice<R>> list(
      Caller caller,
      Optional<String> owner,
      ListRequest request,
      Function<Set<Long>, Mono<M>> more,
      BiFunction<ProjectDetails, M, R> both) {
    return projects
        .listIds(visibility(caller), owner, request)
        .flatMap(page ->
            page.elements().isEmpty()
                ? Mono.just(new Slice<>(List.of(), page.total()))
                : together(caller, page, more, both));
  }

  /** A project that has just been deleted is left out. */
  private <M, R> Mono<Slice<R>> together(
      Caller caller,
      Slice<Long> page,
      Function<Set<Long>, Mono<M>> more,
      BiFunction<ProjectDetails, M, R> both) {
    Set<Long> ids = Set.copyOf(page.elements());
    return Mono.zip(
        detailsOf(caller, ids, projects.findAll(ids)),
        more.apply(ids),
        (found, beside) ->
            new Slice<>(
                page.elements().stream()
                    .map(found::get)
                    .filter(Objects::nonNull)
                    .map(each -> both.apply(each, beside))
                    .toList(),
                page.total()));
  }

  private Visibility visibility(Caller caller) {
    if (access.allowsInSystem(caller, READ) || access.allowsInSystem(caller, LIST)) {
      return new Visibility.Everything();
    }
    return switch (caller.principal()) {
      case Principal.Anonymous _ -> Visibility.ofAnybody();
      case Principal.User user -> new Visibility.OfUser(user.id());
      case Principal.Robot robot ->
          robot.access().everyProject().contains(READ)
              ? new Visibility.Everything()
              : new Visibility.OfProjects(
                  robot.access().projects().entrySet().stream()
                      .filter(entry -> entry.getValue().contains(READ))
                      .map(Map.Entry::getKey)
                      .collect(Collectors.toSet()));
    };
  }

  /** The project with what belongs to it. */
  public Mono<ProjectDetails> details(Caller caller, Project project) {
    long id = project.id();
    return detailsOf(caller, Set.of(id), Mono.just(Map.of(id, project)))
        .mapNotNull(found -> found.get(id));
  }

  private Mono<Map<Long, ProjectDetails>> detailsOf(
      Caller caller, Set<Long> ids, Mono<Map<Long, Project>> found) {
    return Mono.zip(found, projects.metadata(ids), access.roles(caller.principal(), ids))
        .map(all -> merge(all.getT1(), all.getT2(), all.getT3()));
  }

  private static Map<Long, ProjectDetails> merge(
      Map<Long, Project> found,
      Map<Long, Map<MetadataItem, String>> metadata,
      Map<Long, Set<Role>> roles) {
    Map<Long, ProjectDetails> details = new HashMap<>();
    found.forEach((id, project) ->
        details.put(
            id,
            new ProjectDetails(
                project, metadata.getOrDefault(id, Map.of()), roles.getOrDefault(id, Set.of()))));
    return details;
  }

  /**
   * Changes what is given; the rest stays as it is.
   *
   * @param together what else is written in the same transaction
   */
  public Mono<Void> update(
      Caller caller,
      Project project,
      Optional<Boolean> isPublic,
      Map<MetadataItem, String> metadata,
      ProjectChange together) {
    return access
        .require(caller, project, UPDATE)
        .then(
            transactions.inTx(tx ->
                projects
                    .update(tx, project.id(), isPublic, metadata)
                    .then(Mono.defer(() -> together.apply(tx, project.id())))
                    .then(
                        Mono.defer(() ->
                            events.record(tx, event(EventType.UPDATE_PROJECT, caller, project))))))
        .then(Mono.fromRunnable(() -> access.forget(project.name().value())));
  }

  /** How many repositories keep the project from being deleted; 0: none, it can be. */
  public Mono<Long> countObstacles(Caller caller, Project project) {
    return access
        .require(caller, project, DELETE)
        .then(Mono.defer(() -> projects.countFullRepositories(project.id())));
  }

  /** What the project holds, as far as the caller may see it. */
  public Mono<ProjectSummary> summary(Caller caller, Project project) {
    return access
        .require(caller, project, READ)
        .then(
            Mono.zip(
                ifAllowed(caller, project, LIST_MEMBERS, projects.countMembers(project.id())),
                ifAllowed(caller, project, READ_QUOTA, projects.storageLimit(project.id()))))
        .map(both -> new ProjectSummary(project.repositoryCount(), both.getT1(), both.getT2()));
  }

  private <T> Mono<Optional<T>> ifAllowed(
      Caller caller, Project project, Permission permission, Mono<T> value) {
    return access
        .allows(caller, project, permission)
        .flatMap(allowed -> allowed ? value.map(Optional::of) : Mono.just(Optional.empty()));
  }

  /**
   * Deletes a project without repositories, its members and robots; PRECONDITION_FAILED if it has
   * repositories that hold something.
   */
  public Mono<Void> delete(Caller caller, Project project) {
    return access
        .require(caller, project, DELETE)
        .then(
            transactions.inTx(tx ->
                projects
                    .delete(tx, project.id())
                    .flatMap(deleted ->
                        deleted
                            ? events.record(tx, event(EventType.DELETE_PROJECT, caller, project))
                            : Mono.<Void>empty())))
        .doOnTerminate(deleted)
        .doOnTerminate(() -> access.forget(project.name().value()));
  }

  /**
   * @param reference the name or the number that the client wrote: nobody else is told another
   */
  private static Mono<Project> found(
      Caller caller,
      Mono<Project> project,
      String reference,
      BiFunction<Caller, Project, Mono<Boolean>> allowed) {
    String written = Printable.shorten(reference);
    return project
        .switchIfEmpty(Mono.error(() -> missing(caller, written)))
        .filterWhen(known -> allowed.apply(caller, known))
        .switchIfEmpty(Mono.error(() -> hidden(caller, written)));
  }

  private static RegistryException missing(Caller caller, String reference) {
    return caller.isAnonymous()
        ? hidden(caller, reference)
        : new RegistryException(ErrorCode.NOT_FOUND, "project " + reference + " not found");
  }

  private static RegistryException hidden(Caller caller, String reference) {
    return refused(caller, "see the project '" + reference + "'");
  }

  private static Event event(EventType type, Caller caller, Project project) {
    String name = project.name().value();
    return Event.of(type, caller, name, type.operation() + " project: " + name).in(project.id());
  }

  private static RegistryException refused(Caller caller, String what) {
    return caller.isAnonymous()
        ? new RegistryException(ErrorCode.UNAUTHORIZED, "log in to " + what)
        : new RegistryException(ErrorCode.DENIED, caller.principal().name() + " may not " + what);
  }
}
