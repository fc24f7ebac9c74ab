package dev.breakwater.core.access;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a robot was given.
 *
 * @param system in the system
 * @param everyProject in every project, also in those to come
 * @param projects in single projects, by the number of the project
 */
public record RobotAccess(
    Set<Permission> system, Set<Permission> everyProject, Map<Long, Set<Permission>> projects) {
  private static final Permission PUSH = Permission.of(Resource.REPOSITORY, Verb.PUSH);
  private static final Permission PULL = Permission.of(Resource.REPOSITORY, Verb.PULL);

  /** After the constants that the constructor needs. */
  public static final RobotAccess NONE = new RobotAccess(Set.of(), Set.of(), Map.of());

  public RobotAccess {
    system = Set.copyOf(system);
    everyProject = withPull(everyProject);
    Map<Long, Set<Permission>> copies = new HashMap<>();
    projects.forEach((id, permissions) -> copies.put(id, withPull(permissions)));
    projects = Map.copyOf(copies);
  }

  /** Whether it may do this in the project. */
  public boolean allows(long projectId, Permission permission) {
    return everyProject.contains(permission)
        || projects.getOrDefault(projectId, Set.of()).contains(permission);
  }

  /** Everything that it may do in the project. */
  public Set<Permission> in(long projectId) {
    Set<Permission> own = projects.getOrDefault(projectId, Set.of());
    if (own.isEmpty()) {
      return everyProject;
    }
    Set<Permission> all = new HashSet<>(everyProject);
    all.addAll(own);
    return all;
  }

  /** Whether whatever this allows is also allowed by the other one. */
  public boolean isWithin(RobotAccess other) {
    return other.system.containsAll(system)
        && other.everyProject.containsAll(everyProject)
        && projects.entrySet().stream()
            .allMatch(entry -> other.in(entry.getKey()).containsAll(entry.getValue()));
  }

  /** Who pushes reads what is there first. */
  private static Set<Permission> withPull(Set<Permission> permissions) {
    if (!permissions.contains(PUSH) || permissions.contains(PULL)) {
      return Set.copyOf(permissions);
    }
    Set<Permission> both = new HashSet<>(permissions);
    both.add(PULL);
    return Set.copyOf(both);
  }
}
