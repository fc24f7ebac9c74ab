package dev.breakwater.core.user;

import org.jspecify.annotations.Nullable;

/**
 * A user about to get a row.
 *
 * @param passwordHash see {@link UserCredentials#passwordHash()}
 */
public record NewUser(
    String username,
    @Nullable String email,
    String realName,
    String comment,
    boolean sysadmin,
    UserSource source,
    @Nullable String passwordHash) {

  /** A user whose password is checked here. */
  public static NewUser local(
      String username,
      @Nullable String email,
      String realName,
      String comment,
      boolean sysadmin,
      @Nullable String passwordHash) {
    return new NewUser(
        username, email, realName, comment, sysadmin, UserSource.LOCAL, passwordHash);
  }

  /** Without the hash: this may end up in a log. */
  @Override
  public String toString() {
    return "NewUser[username=" + username + ", sysadmin=" + sysadmin + "]";
  }
}
