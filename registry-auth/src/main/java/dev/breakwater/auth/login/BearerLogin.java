package dev.breakwater.auth.login;

import dev.breakwater.core.principal.Caller;
import reactor.core.publisher.Mono;

/** Bearer tokens of others, such as the ID token of the OpenID provider that people log in with. */
public interface BearerLogin {
  /** Whether this kind of token is meant; it may be invalid all the same. Does no I/O. */
  boolean recognises(String token);

  /**
   * The caller that the token stands for.
   *
   * @return never empty; an error UNAUTHORIZED if it proves nothing
   */
  Mono<Caller> login(String token);
}
