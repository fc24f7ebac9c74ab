package dev.breakwater.core.permission;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.RobotPermissions;
import dev.breakwater.core.access.Role;
import dev.breakwater.core.access.RolePermissions;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectAccess;
import dev.breakwater.core.project.ProjectRepository;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * The one decision who may do what. Every use case asks here, whatever API the request came by. A
 * token narrows: it must have been granted the action, <em>and</em> the principal must still be
 * allowed it now.
 *
 * <p>What a principal may do in a project is the union of what anybody may do in a public one, what
 * the roles of a user allow and what a robot was given. System administrators may do everything. In
 * the system, only administrators and robots may do anything.
 *
 * <p>Projects and roles are cached for {@link #CACHE}: a right that is taken away stops working
 * within that time on every replica, at once on this one.
 */
public final class Authorizer implements ProjectAccess {
  static final Duration CACHE = Duration.ofSeconds(4);

  private static final Permission CATALOG = Permission.of(Resource.CATALOG, Verb.READ);
  private static final Permission CREATE_PROJECT = Permission.of(Resource.PROJECT, Verb.CREATE);
  private static final Permission READ_PROJECT = Permission.of(Resource.PROJECT, Verb.READ);

  private static final Map<Action, Permission> ACTIONS =
      new EnumMap<>(
          Map.of(
              Action.PULL, Permission.of(Resource.REPOSITORY, Verb.PULL),
              Action.PUSH, Permission.of(Resource.REPOSITORY, Verb.PUSH),
              Action.DELETE, Permission.of(Resource.REPOSITORY, Verb.DELETE)));

  private static final Mono<Predicate<Permission>> ALL = Mono.just(_ -> true);
  private static final Mono<Predicate<Permission>> NONE = Mono.just(_ -> false);

  private final ProjectRepository projects;
  private final RoleRepository roles;
  private final ProjectCreationRule creation;
  private final AsyncCache<String, Optional<Project>> projectCache =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(CACHE).buildAsync();
  private final AsyncCache<Membership, Set<Role>> roleCache =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(CACHE).buildAsync();

  public Authorizer(
      ProjectRepository projects, RoleRepository roles, ProjectCreationRule creation) {
    this.projects = projects;
    this.roles = roles;
    this.creation = creation;
  }

  /**
   * Completes with the repository's project when every action is allowed.
   *
   * @throws AccessDenied (as error signal) UNAUTHORIZED when another credential could help, else
   *     DENIED
   */
  public Mono<Project> require(Caller caller, RepositoryName repository, Set<Action> actions) {
    if (!covers(caller, repository, actions)) {
      return Mono.error(denied(caller, repository, actions));
    }
    return project(repository.project())
        .flatMap(project ->
            allowedNow(caller.principal(), project)
                .flatMap(allowed ->
                    allowed.containsAll(actions)
                        ? Mono.just(project.orElseThrow(() -> unknownProject(repository)))
                        : Mono.error(denied(caller, repository, actions))));
  }

  /** Which of the actions the principal may do at present; tokens are cut to it. */
  public Mono<Set<Action>> allowed(Principal principal, RepositoryName repository) {
    return project(repository.project()).flatMap(project -> allowedNow(principal, project));
  }

  /**
   * Completes empty when the caller may list every repository.
   *
   * @throws AccessDenied (as error signal)
   */
  public Mono<Void> requireCatalog(Caller caller) {
    boolean granted = caller.grants().map(grants -> grants.catalog()).orElse(true);
    if (granted && mayListCatalog(caller.principal())) {
      return Mono.empty();
    }
    return Mono.error(
        refuse(caller, "listing all repositories needs a system administrator", catalogScope()));
  }

  /** Whether {@code registry:catalog:*} is granted when asked for. */
  public boolean mayListCatalog(Principal principal) {
    return allowsInSystem(principal, CATALOG);
  }

  /**
   * Completes empty when the caller may do this in the system.
   *
   * @throws RegistryException (as error signal) UNAUTHORIZED for nobody in particular, else DENIED
   */
  public Mono<Void> requireInSystem(Caller caller, Permission permission) {
    return allowsInSystem(caller, permission)
        ? Mono.empty()
        : Mono.error(() -> refused(caller, permission, ""));
  }

  /** Whether the caller may do this in the system. */
  @Override
  public boolean allowsInSystem(Caller caller, Permission permission) {
    return caller.grants().isEmpty() && allowsInSystem(caller.principal(), permission);
  }

  private static boolean allowsInSystem(Principal principal, Permission permission) {
    return switch (principal) {
      case Principal.Anonymous _ -> false;
      case Principal.User user -> user.systemAdministrator();
      case Principal.Robot robot -> robot.access().system().contains(permission);
    };
  }

  /**
   * Completes empty when the caller may do this in the project.
   *
   * @throws RegistryException (as error signal) UNAUTHORIZED for nobody in particular, else DENIED;
   *     its message names the project only to those who may read it
   */
  @Override
  public Mono<Void> require(Caller caller, Project project, Permission permission) {
    return rights(caller, project)
        .flatMap(rights ->
            rights.test(permission)
                ? Mono.empty()
                : Mono.error(() -> refused(caller, permission, place(rights, project))));
  }

  private static String place(Predicate<Permission> rights, Project project) {
    return rights.test(READ_PROJECT) ? " in the project '" + project.name() + "'" : "";
  }

  /** Whether the caller may do this in the project. A registry token is for content alone. */
  @Override
  public Mono<Boolean> allows(Caller caller, Project project, Permission permission) {
    return rights(caller, project).map(rights -> rights.test(permission));
  }

  @Override
  public Mono<Boolean> allowsAnything(Caller caller, Project project) {
    return rights(caller, project).map(rights -> known().anyMatch(rights));
  }

  private Mono<Predicate<Permission>> rights(Caller caller, Project project) {
    return caller.grants().isPresent() ? NONE : rights(caller.principal(), project);
  }

  /** The decision: what the principal may do in the project now. */
  private Mono<Predicate<Permission>> rights(Principal principal, Project project) {
    if (principal.systemAdministrator()) {
      return ALL;
    }
    Predicate<Permission> anybody =
        project.isPublic() ? RolePermissions.ofAnybody()::contains : _ -> false;
    return switch (principal) {
      case Principal.Anonymous _ -> Mono.just(anybody);
      case Principal.Robot robot ->
          Mono.just(anybody.or(asked -> robot.access().allows(project.id(), asked)));
      case Principal.User user ->
          roles(user.id(), project.id()).map(held -> anybody.or(asked -> allow(held, asked)));
    };
  }

  private static boolean allow(Set<Role> held, Permission asked) {
    for (Role role : held) {
      if (role.permissions().contains(asked)) {
        return true;
      }
    }
    return false;
  }

  /** Everything that the principal may do in the project. */
  public Mono<Set<Permission>> permissions(Principal principal, Project project) {
    return rights(principal, project)
        .map(rights -> known().filter(rights).collect(Collectors.toUnmodifiableSet()));
  }

  /** The roles of a user in a project, by themselves or through groups; none for anybody else. */
  @Override
  public Mono<Set<Role>> roles(Principal principal, Project project) {
    return principal instanceof Principal.User user
        ? roles(user.id(), project.id())
        : Mono.just(Set.of());
  }

  @Override
  public Mono<Map<Long, Set<Role>>> roles(Principal principal, Set<Long> projectIds) {
    return principal instanceof Principal.User user && !projectIds.isEmpty()
        ? roles.rolesOf(user.id(), projectIds)
        : Mono.just(Map.of());
  }

  /** Whether the caller may create projects that belong to nobody else. */
  @Override
  public Mono<Boolean> mayCreate(Caller caller) {
    if (allowsInSystem(caller, CREATE_PROJECT)) {
      return Mono.just(true);
    }
    return caller.grants().isEmpty() && caller.principal() instanceof Principal.User
        ? creation.everyoneMayCreate()
        : Mono.just(false);
  }

  /** Forgets what is known of a project: call it after the project changed. */
  @Override
  public void forget(String project) {
    projectCache.synchronous().invalidate(project);
  }

  /** Forgets all projects: call it when nobody knows which one changed. */
  public void forgetProjects() {
    projectCache.synchronous().invalidateAll();
  }

  /** Forgets all roles: call it after a membership or a group changed. */
  public void forgetRoles() {
    roleCache.synchronous().invalidateAll();
  }

  /** The project of this name as cached; empty if there is none. */
  private Mono<Optional<Project>> project(String name) {
    CompletableFuture<Optional<Project>> found =
        projectCache.get(
            name,
            (key, _) ->
                projects
                    .findByName(key)
                    .map(Optional::of)
                    .defaultIfEmpty(Optional.empty())
                    .toFuture());
    return Mono.fromFuture(found, true);
  }

  private Mono<Set<Role>> roles(long userId, long projectId) {
    CompletableFuture<Set<Role>> found =
        roleCache.get(
            new Membership(userId, projectId),
            (key, _) -> roles.rolesOf(key.userId(), key.projectId()).toFuture());
    return Mono.fromFuture(found, true);
  }

  private static boolean covers(Caller caller, RepositoryName repository, Set<Action> actions) {
    return caller
        .grants()
        .map(grants -> actions.stream().allMatch(action -> grants.allows(repository, action)))
        .orElse(true);
  }

  private Mono<Set<Action>> allowedNow(Principal principal, Optional<Project> project) {
    if (principal.systemAdministrator()) {
      return Mono.just(EnumSet.allOf(Action.class));
    }
    return project
        .map(found -> rights(principal, found).map(Authorizer::actions))
        .orElseGet(() -> Mono.just(Set.of()));
  }

  private static Set<Action> actions(Predicate<Permission> rights) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    for (Map.Entry<Action, Permission> entry : ACTIONS.entrySet()) {
      if (rights.test(entry.getValue())) {
        actions.add(entry.getKey());
      }
    }
    return actions;
  }

  /** Everything that somebody may be allowed in a project. */
  private static Stream<Permission> known() {
    return Stream.concat(
            Role.PROJECT_ADMIN.permissions().stream(), RobotPermissions.project().stream())
        .distinct();
  }

  private static AccessDenied denied(
      Caller caller, RepositoryName repository, Set<Action> actions) {
    String words = words(actions);
    return refuse(
        caller,
        caller.principal().name() + " may not " + words.replace(",", " and ") + " " + repository,
        "repository:" + repository + ":" + words);
  }

  private static AccessDenied refuse(Caller caller, String message, String scope) {
    boolean password = caller.grants().isEmpty() && !caller.isUnauthenticated();
    return new AccessDenied(
        password ? ErrorCode.DENIED : ErrorCode.UNAUTHORIZED,
        message,
        List.of(scope),
        caller.grants().isPresent());
  }

  private static RegistryException refused(Caller caller, Permission permission, String where) {
    return caller.isAnonymous()
        ? loginFirst(permission)
        : new RegistryException(
            ErrorCode.DENIED, caller.principal().name() + " may not " + words(permission) + where);
  }

  /**
   * What whoever is nobody in particular is told, wherever it is refused: the same for what is not
   * there as for what it may not see.
   */
  public static RegistryException loginFirst(Permission permission) {
    return new RegistryException(ErrorCode.UNAUTHORIZED, "log in to " + words(permission));
  }

  private static String words(Permission permission) {
    return permission.verb().label() + " " + permission.resource().label();
  }

  private static String words(Set<Action> actions) {
    return EnumSet.copyOf(actions).stream().map(Action::label).collect(Collectors.joining(","));
  }

  private static String catalogScope() {
    return "registry:catalog:*";
  }

  private static RegistryException unknownProject(RepositoryName repository) {
    return new RegistryException(
        ErrorCode.NAME_UNKNOWN,
        "there is no project '"
            + repository.project()
            + "'; create it first, or use another first component in '"
            + repository
            + "'");
  }

  private record Membership(long userId, long projectId) {}
}
