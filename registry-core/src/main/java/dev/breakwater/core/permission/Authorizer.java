package dev.breakwater.core.permission;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * The one decision who may do what. Every use case asks here, whatever API the request came by. A
 * token narrows: it must have been granted the action, <em>and</em> the principal must still be
 * allowed it now.
 *
 * <p>Projects are cached for {@link #PROJECT_CACHE}: a right that is taken away stops working
 * within that time on every replica, at once on this one.
 */
public final class Authorizer implements ProjectAccess {
  static final Duration PROJECT_CACHE = Duration.ofSeconds(4);

  private final ProjectRepository projects;
  private final AsyncCache<String, Optional<Project>> cache =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(PROJECT_CACHE).buildAsync();

  public Authorizer(ProjectRepository projects) {
    this.projects = projects;
  }

  /**
   * Completes with the repository's project when every action is allowed.
   *
   * @throws AccessDenied (as error signal) UNAUTHORIZED when another credential could help, else
   *     DENIED
   */
  public Mono<Project> require(Caller caller, RepositoryName repository, Set<Action> actions) {
    return project(repository.project())
        .flatMap(project ->
            covers(caller, repository, actions) && allowed(caller, project, actions)
                ? Mono.just(project.orElseThrow(() -> unknownProject(repository)))
                : Mono.error(denied(caller, repository, actions)));
  }

  /** Which of the actions the principal may do at present; tokens are cut to it. */
  public Mono<Set<Action>> allowed(Principal principal, RepositoryName repository) {
    return project(repository.project()).map(project -> allowedNow(principal, project));
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
    return principal.systemAdministrator();
  }

  @Override
  public boolean maySeeEveryProject(Caller caller) {
    return isUnlimitedAdministrator(caller);
  }

  @Override
  public boolean maySee(Caller caller, Project project) {
    return project.isPublic() || isUnlimitedAdministrator(caller);
  }

  @Override
  public boolean mayCreate(Caller caller) {
    return isUnlimitedAdministrator(caller);
  }

  @Override
  public boolean mayDelete(Caller caller, Project project) {
    return isUnlimitedAdministrator(caller);
  }

  /** A registry token is for content: it never carries rights over projects. */
  private static boolean isUnlimitedAdministrator(Caller caller) {
    return caller.grants().isEmpty() && caller.principal().systemAdministrator();
  }

  /** Forgets what is known of a project: call it after the project changed. */
  @Override
  public void forget(String project) {
    cache.synchronous().invalidate(project);
  }

  private Mono<Optional<Project>> project(String name) {
    CompletableFuture<Optional<Project>> found =
        cache.get(
            name,
            (key, _) ->
                projects
                    .findByName(key)
                    .map(Optional::of)
                    .defaultIfEmpty(Optional.empty())
                    .toFuture());
    return Mono.fromFuture(found, true);
  }

  private static boolean covers(Caller caller, RepositoryName repository, Set<Action> actions) {
    return caller
        .grants()
        .map(grants -> actions.stream().allMatch(action -> grants.allows(repository, action)))
        .orElse(true);
  }

  private static boolean allowed(Caller caller, Optional<Project> project, Set<Action> actions) {
    return allowedNow(caller.principal(), project).containsAll(actions);
  }

  private static Set<Action> allowedNow(Principal principal, Optional<Project> project) {
    if (principal.systemAdministrator()) {
      return EnumSet.allOf(Action.class);
    }
    return project.map(Project::isPublic).orElse(false) ? EnumSet.of(Action.PULL) : Set.of();
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
}
