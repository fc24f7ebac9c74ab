package dev.breakwater.core.project;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.ProjectRepository.Filter;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * What can be done with projects as such.
 *
 * <p>Who may not see a project is answered as Harbor's API does: UNAUTHORIZED without a credential,
 * whether the project is there or not; DENIED with one.
 */
public final class ProjectService {
  private static final Permission READ = Permission.of(Resource.PROJECT, Verb.READ);
  private static final Permission DELETE = Permission.of(Resource.PROJECT, Verb.DELETE);

  private final ProjectRepository projects;
  private final ProjectAccess access;

  public ProjectService(ProjectRepository projects, ProjectAccess access) {
    this.projects = projects;
    this.access = access;
  }

  /** Creates a project that belongs to the caller; CONFLICT if the name is taken. */
  public Mono<Project> create(Caller caller, ProjectName name, boolean isPublic) {
    return access
        .mayCreate(caller)
        .flatMap(allowed ->
            allowed && caller.principal() instanceof Principal.User user
                ? projects.create(name, isPublic, user.id())
                : Mono.error(refused(caller, "create a project")))
        .doOnNext(project -> access.forget(project.name().value()));
  }

  /** The project of this number; NOT_FOUND if there is none. */
  public Mono<Project> find(Caller caller, long id) {
    return visible(caller, projects.findById(id), "" + id);
  }

  /** The project of this name; NOT_FOUND if there is none. */
  public Mono<Project> find(Caller caller, String name) {
    return visible(caller, projects.findByName(name), name);
  }

  /** Whether there is a project of this name that the caller may see. */
  public Mono<Boolean> exists(Caller caller, String name) {
    return projects
        .findByName(name)
        .filterWhen(found -> access.allows(caller, found, READ))
        .hasElement();
  }

  /**
   * One page of the projects that the caller may see, ordered by name.
   *
   * @param offset how many to skip
   * @param limit 1 to 100
   */
  public Mono<ProjectPage> list(Caller caller, Filter asked, int offset, int limit) {
    if (access.allowsInSystem(caller, READ)) {
      return page(asked, offset, limit);
    }
    return asked.isPublic().equals(Optional.of(false))
        ? Mono.just(ProjectPage.EMPTY)
        : page(new Filter(asked.name(), Optional.of(true), asked.ownerName()), offset, limit);
  }

  /** Deletes a project without repositories; PRECONDITION_FAILED if it has some. */
  public Mono<Void> delete(Caller caller, Project project) {
    return access
        .require(caller, project, DELETE)
        .then(Mono.defer(() -> projects.delete(project.id())))
        .doFinally(_ -> access.forget(project.name().value()))
        .then();
  }

  private Mono<ProjectPage> page(Filter filter, int offset, int limit) {
    return projects
        .count(filter)
        .flatMap(total ->
            total <= offset
                ? Mono.just(new ProjectPage(List.of(), total))
                : projects.list(filter, offset, limit).map(rows -> new ProjectPage(rows, total)));
  }

  private Mono<Project> visible(Caller caller, Mono<Project> found, String name) {
    return found
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .flatMap(project -> require(caller, project, name));
  }

  private Mono<Project> require(Caller caller, Optional<Project> found, String name) {
    return found
        .map(project -> access.require(caller, project, READ).thenReturn(project))
        .orElseGet(() ->
            Mono.error(
                caller.isAnonymous()
                    ? refused(caller, "see the project '" + name + "'")
                    : new RegistryException(
                        ErrorCode.NOT_FOUND, "project " + name + " not found")));
  }

  private static RegistryException refused(Caller caller, String what) {
    return caller.isAnonymous()
        ? new RegistryException(ErrorCode.UNAUTHORIZED, "log in to " + what)
        : new RegistryException(ErrorCode.DENIED, caller.principal().name() + " may not " + what);
  }
}
