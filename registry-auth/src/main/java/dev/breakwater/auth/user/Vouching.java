package dev.breakwater.auth.user;

import dev.breakwater.core.user.User;
import reactor.core.publisher.Mono;

/** The other systems that vouch for users, such as a directory. */
@FunctionalInterface
public interface Vouching {
  /** Nobody is asked again. */
  Vouching FOR_ALL = _ -> Mono.just(true);

  /**
   * Whether the system that the user comes from still knows them, as it was asked not long ago; the
   * user's row says what is true there by then. Never empty. Also true for users of our own, and
   * while the system cannot be asked.
   */
  Mono<Boolean> vouchesFor(User user);
}
