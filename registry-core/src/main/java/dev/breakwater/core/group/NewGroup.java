package dev.breakwater.core.group;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;

/**
 * A group about to get a row.
 *
 * @param name 1 to 255 characters
 * @param ldapDn the distinguished name, normalised, for a group of a directory; else empty
 */
public record NewGroup(String name, GroupKind kind, String ldapDn) {
  private static final int MAX_LENGTH = 255;
  private static final int MAX_DN_LENGTH = 1024;

  public NewGroup {
    requireName(name);
    if (ldapDn.isEmpty() != (kind != GroupKind.LDAP)) {
      throw bad(
          kind == GroupKind.LDAP
              ? "a group of a directory needs its ldap_group_dn"
              : "only a group of a directory (group_type 1) has an ldap_group_dn");
    }
    if (ldapDn.length() > MAX_DN_LENGTH) {
      throw bad("the ldap_group_dn is longer than " + MAX_DN_LENGTH + " characters");
    }
  }

  /** A group that goes by its name alone. */
  public static NewGroup named(GroupKind kind, String name) {
    return new NewGroup(name, kind, "");
  }

  /**
   * Whether a group could have this name; other systems' groups that could not do not count here.
   */
  public static boolean isName(String name) {
    return !name.isBlank()
        && name.length() <= MAX_LENGTH
        && name.chars().noneMatch(Character::isISOControl);
  }

  static void requireName(String name) {
    if (!isName(name)) {
      throw bad(
          "group_name must have 1 to " + MAX_LENGTH + " characters, and no control characters");
    }
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
