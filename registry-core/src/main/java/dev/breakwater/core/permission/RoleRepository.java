package dev.breakwater.core.permission;

import dev.breakwater.core.access.Role;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Which roles users have in projects, by themselves or through their groups. */
public interface RoleRepository {
  /** The user's roles in the project; an empty set for whoever is no member. One indexed query. */
  Mono<Set<Role>> rolesOf(long userId, long projectId);

  /**
   * The user's roles in several projects at once.
   *
   * @param projectIds at most 100
   * @return without the projects in which the user has none
   */
  Mono<Map<Long, Set<Role>>> rolesOf(long userId, Set<Long> projectIds);

  /** Whether the user is a project administrator anywhere, by themselves or through a group. */
  Mono<Boolean> administersSomeProject(long userId);
}
