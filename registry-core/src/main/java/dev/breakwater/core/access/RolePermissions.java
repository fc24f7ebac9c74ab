package dev.breakwater.core.access;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The one table of what the roles may do. Columns follow the order of {@link Role}. */
public final class RolePermissions {
  private static final String TABLE =
      """
      project             | read update delete | read | read | read | read | read
      member              | create read update delete list | read list | read list | read list | - | -
      metadata            | create read update delete | read | - | - | - | -
      log                 | list | - | - | - | - | -
      label               | create read update delete list | create read update delete list | read list | read list | - | read list
      quota               | read | read | read | read | read | -
      repository          | create read update delete list pull push | create read update delete list pull push | create read update list pull push | read list pull | read list pull | list pull
      tag-retention       | create read update delete list operate | create read update delete list operate | create read update delete list operate | - | - | -
      immutable-tag       | create update delete list | create update delete list | - | - | - | -
      configuration       | read update | read | read | read | read | -
      robot               | create read update delete list | read list | read list | read list | - | -
      notification-policy | create read update delete list | read list | - | - | - | -
      scan                | create read stop | create read stop | read | read | read | read
      sbom                | create read stop | create read stop | read | read | read | -
      scanner             | create read | read | read | read | read | read
      artifact            | create read delete list | create read delete list | create read list | read list | read list | read list
      artifact-addition   | read | read | read | read | read | read
      tag                 | create delete list | create delete list | create list | list | list | list
      accessory           | list | list | list | list | list | list
      artifact-label      | create delete | create delete | create delete | - | - | -
      preheat-policy      | create read update delete list | - | - | - | - | -
      export-cve          | create read list | create read list | create read list | - | - | -
      """;

  private static final Map<Role, Set<Permission>> BY_ROLE = new EnumMap<>(Role.class);
  private static final Set<Permission> OF_ANYBODY;

  static {
    Role[] roles = Role.values();
    for (int i = 0; i < roles.length; i++) {
      BY_ROLE.put(roles[i], column(i + 1));
    }
    OF_ANYBODY = column(roles.length + 1);
  }

  private RolePermissions() {}

  static Set<Permission> of(Role role) {
    return BY_ROLE.getOrDefault(role, Set.of());
  }

  /** What anybody may do in a public project, without being a member or logged in. */
  public static Set<Permission> ofAnybody() {
    return OF_ANYBODY;
  }

  private static Set<Permission> column(int number) {
    Set<Permission> permissions = new HashSet<>();
    for (String line : TABLE.strip().split("\n", -1)) {
      List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      for (String verb : cells.get(number).split(" ", -1)) {
        if (!verb.equals("-")) {
          permissions.add(Permission.parse(cells.getFirst(), verb));
        }
      }
    }
    return Set.copyOf(permissions);
  }
}
