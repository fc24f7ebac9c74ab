package dev.breakwater.core.group;

import java.util.Optional;

/** Who names a group. */
public enum GroupKind {
  LDAP(1),
  HTTP_AUTH(2),
  OIDC(3);

  private final int id;

  GroupKind(int id) {
    this.id = id;
  }

  /** The number in rows and in the management API. */
  public int id() {
    return id;
  }

  /** Empty for a number that is no kind's. */
  public static Optional<GroupKind> find(long id) {
    for (GroupKind kind : values()) {
      if (kind.id == id) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
