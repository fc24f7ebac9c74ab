package dev.breakwater.auth.user;

import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.user.UserRepository;
import reactor.core.publisher.Mono;

/**
 * Makes the user {@code admin} at the first start.
 *
 * <p>The configured password counts only then: afterwards the administrator changes it where all
 * users do, and a restart must not turn it back.
 */
public final class FirstAdministrator {
  public static final String USERNAME = "admin";

  private final UserRepository users;
  private final PasswordHasher hasher;

  public FirstAdministrator(UserRepository users, PasswordHasher hasher) {
    this.users = users;
    this.hasher = hasher;
  }

  /** Whether this is the first start of the installation. */
  public Mono<Boolean> isMissing() {
    return users.findByUsername(USERNAME).hasElement().map(exists -> !exists);
  }

  /**
   * Makes the administrator. A generated password must be on disk before: a crash between the two
   * would leave an administrator whose password nobody knows.
   *
   * @return false if another replica was faster, with its own password
   */
  public Mono<Boolean> create(String password) {
    return hasher
        .hash(password)
        .map(hash -> NewUser.local(USERNAME, null, "System administrator", "", true, hash))
        .flatMap(users::createIfAbsent);
  }
}
