package dev.breakwater.http.token;

import dev.breakwater.core.principal.Caller;
import reactor.core.publisher.Mono;

/** Finds out who has this name and password. */
@FunctionalInterface
public interface PasswordLogin {
  /**
   * Never empty.
   *
   * @param address the client's
   * @return an error signal UNAUTHORIZED if nobody has
   */
  Mono<Caller> login(String username, String password, String address);
}
