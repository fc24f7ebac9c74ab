package dev.breakwater.core.user;

import org.jspecify.annotations.Nullable;

/**
 * A user with what proves that it is them.
 *
 * @param passwordHash in the form that the identity module's password hasher writes and reads
 *     (self-describing: algorithm, cost, salt, hash); absent for a user who cannot log in with a
 *     local password
 */
public record UserCredentials(User user, @Nullable String passwordHash) {

  /** Without the hash: this may end up in a log. */
  @Override
  public String toString() {
    return "UserCredentials[user=" + user.username() + "]";
  }
}
