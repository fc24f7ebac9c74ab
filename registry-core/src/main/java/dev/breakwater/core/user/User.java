package dev.breakwater.core.user;

import dev.breakwater.core.principal.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person with a row of their own. The password hash is not part of it, so that no list, event or
 * answer can carry it by accident: see {@link UserCredentials}.
 *
 * @param id the row's number, positive
 * @param username unique among users that are not deleted, compared byte for byte
 * @param email unique where present
 * @param sysadmin may do everything, by a flag that another administrator set
 * @param source where the password is checked
 * @param administersByGroup may do everything, because the directory or provider says so
 */
public record User(
    long id,
    String username,
    @Nullable String email,
    String realName,
    String comment,
    boolean sysadmin,
    UserSource source,
    boolean administersByGroup,
    Instant creationTime,
    Instant updateTime) {

  /** Whether they may do everything, for whatever reason. */
  public boolean administers() {
    return sysadmin || administersByGroup;
  }

  public Principal.User principal() {
    return new Principal.User(id, username, administers());
  }
}
