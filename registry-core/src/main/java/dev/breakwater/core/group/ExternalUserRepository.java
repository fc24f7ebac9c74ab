package dev.breakwater.core.group;

import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.user.User;
import reactor.core.publisher.Mono;

/** Rows of users whose password is checked elsewhere. */
public interface ExternalUserRepository {
  /** The user of this name, whoever checks the password; empty if there is none. */
  Mono<User> findByUsername(String username);

  Mono<User> find(long id);

  /**
   * Writes a user without a password. An e-mail address that somebody else has is left out.
   *
   * @return an error CONFLICT if the name is taken
   */
  Mono<User> create(Tx tx, ExternalIdentity identity);

  /** Writes whether they may do everything for what they are elsewhere. */
  Mono<Void> setAdministersByGroup(Tx tx, long userId, boolean administers);
}
