package dev.breakwater.auth.login;

import dev.breakwater.core.user.User;
import reactor.core.publisher.Mono;

/** Names and passwords that are checked elsewhere: in a directory, by a provider, by a proxy. */
public interface ExternalLogin {
  /**
   * The user's row, made now if this is the first log-in, with the groups and rights that the other
   * side names now.
   *
   * @param password not empty
   * @return empty if the other side does not know the name or refuses the password; an error
   *     UNAVAILABLE if it cannot be asked
   */
  Mono<User> login(String username, String password);
}
