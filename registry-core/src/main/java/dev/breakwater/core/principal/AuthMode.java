package dev.breakwater.core.principal;

import java.util.Locale;

/** Where people's passwords are checked, as the setting {@code auth_mode} says. */
public enum AuthMode {
  DB_AUTH,
  LDAP_AUTH,
  OIDC_AUTH,
  HTTP_AUTH;

  /** The word in the management API. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
