package dev.breakwater.core.user;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** Rows of users as administrators and users themselves change them; never a deleted one. */
public interface UserAccountRepository {
  /** A part of all users, by name if no order is asked for. */
  Mono<Slice<User>> list(ListRequest request);

  /** Users whose name holds the text, whatever the case of its letters, by name. */
  Mono<Slice<User>> search(String part, int offset, int limit);

  /** Whether the address belongs to a user. */
  Mono<Boolean> hasEmail(String email);

  /** Writes a new user; an error CONFLICT if the name or the address is taken. */
  Mono<User> create(Tx tx, NewUser user);

  /** Replaces the profile; false if there is no such user; CONFLICT if the address is taken. */
  Mono<Boolean> updateProfile(Tx tx, long id, UserProfile profile);

  Mono<Boolean> setSysadmin(Tx tx, long id, boolean sysadmin);

  /** Replaces the password hash, and ends browser sessions and refresh tokens. */
  Mono<Boolean> changePassword(Tx tx, long id, String passwordHash);

  /** Deletes the user with memberships, sessions and tokens; the row stays, the name is free. */
  Mono<Boolean> delete(Tx tx, long id);
}
