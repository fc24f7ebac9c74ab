package dev.breakwater.core.project;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Role;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Who may do what with projects; the decision is taken where all permissions are. */
public interface ProjectAccess {
  /** Whether the caller may do this in the system. */
  boolean allowsInSystem(Caller caller, Permission permission);

  /** Whether the caller may do this in the project. */
  Mono<Boolean> allows(Caller caller, Project project, Permission permission);

  /** Whether there is anything at all that the caller may do in the project. */
  Mono<Boolean> allowsAnything(Caller caller, Project project);

  /** Completes empty when {@link #allows}, else with an error UNAUTHORIZED or DENIED. */
  Mono<Void> require(Caller caller, Project project, Permission permission);

  /** The caller's roles in the project; none for whoever is no user. */
  Mono<Set<Role>> roles(Principal principal, Project project);

  /** The same in several projects at once; without those in which there is none. */
  Mono<Map<Long, Set<Role>>> roles(Principal principal, Set<Long> projectIds);

  /** Whether the caller may create projects. */
  Mono<Boolean> mayCreate(Caller caller);

  /** Forgets what is known of a project: it has changed. */
  void forget(String project);
}
