package dev.breakwater.core.access;

import java.util.Optional;
import java.util.Set;

/** What a member is in a project. */
public enum Role {
  PROJECT_ADMIN(1, "projectAdmin"),
  MAINTAINER(4, "maintainer"),
  DEVELOPER(2, "developer"),
  GUEST(3, "guest"),
  LIMITED_GUEST(5, "limitedGuest");

  private final int id;
  private final String label;

  Role(int id, String label) {
    this.id = id;
    this.label = label;
  }

  /** The number in rows and in the management API. */
  public int id() {
    return id;
  }

  /** The word in the management API. */
  public String label() {
    return label;
  }

  /** What a member with this role may do in the project. */
  public Set<Permission> permissions() {
    return RolePermissions.of(this);
  }

  /** Empty for a number that is no role's. */
  public static Optional<Role> find(long id) {
    for (Role role : values()) {
      if (role.id == id) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
