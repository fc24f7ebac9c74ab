package dev.breakwater.core.user;

import reactor.core.publisher.Mono;

/**
 * Rows of local users. A deleted user is not found by any of these methods, and its name is free
 * again.
 */
public interface UserRepository {

  /** The user with this number; empty if there is none. */
  Mono<User> find(long id);

  /** The user with exactly this name (no case folding); empty if there is none. */
  Mono<User> findByUsername(String username);

  /**
   * The user with exactly this name, and the password hash; empty if there is none. Asked once per
   * log-in that no cache answers: one statement on the index of the name.
   */
  Mono<UserCredentials> findCredentials(String username);

  /** The same by number. */
  Mono<UserCredentials> findCredentials(long id);

  /**
   * Writes a new user.
   *
   * @return the user as stored; an error with the code {@code CONFLICT} if the name or the e-mail
   *     address is taken
   */
  Mono<User> create(NewUser user);

  /**
   * Writes a new user unless the name is taken; several replicas may do this at once.
   *
   * @return whether this call wrote the row
   */
  Mono<Boolean> createIfAbsent(NewUser user);

  /**
   * Replaces the password hash.
   *
   * @return whether there is such a user
   */
  Mono<Boolean> changePassword(long id, String passwordHash);
}
