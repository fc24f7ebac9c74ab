package dev.breakwater.core.user;

import java.util.Locale;

/** Where a user's password is checked. */
public enum UserSource {
  LOCAL,
  LDAP,
  OIDC,
  HTTP_AUTH;

  /** The word in rows. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
