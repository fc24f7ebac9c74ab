package dev.breakwater.core.permission;

import dev.breakwater.core.access.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** Roles of a test. */
public final class InMemoryRoleRepository implements RoleRepository {
  private final Map<Long, Map<Long, Set<Role>>> rows = new ConcurrentHashMap<>();

  /** Gives the user these roles in the project, instead of those that they had. */
  public void set(long userId, long projectId, Set<Role> roles) {
    rows.computeIfAbsent(userId, _ -> new ConcurrentHashMap<>()).put(projectId, roles);
  }

  @Override
  public Mono<Set<Role>> rolesOf(long userId, long projectId) {
    return Mono.fromSupplier(
        () -> rows.getOrDefault(userId, Map.of()).getOrDefault(projectId, Set.of()));
  }

  @Override
  public Mono<Map<Long, Set<Role>>> rolesOf(long userId, Set<Long> projectIds) {
    return Mono.fromSupplier(() -> {
      Map<Long, Set<Role>> held = new HashMap<>(rows.getOrDefault(userId, Map.of()));
      held.keySet().retainAll(projectIds);
      return held;
    });
  }

  @Override
  public Mono<Boolean> administersSomeProject(long userId) {
    return Mono.fromSupplier(() ->
        rows.getOrDefault(userId, Map.of()).values().stream()
            .anyMatch(roles -> roles.contains(Role.PROJECT_ADMIN)));
  }
}
