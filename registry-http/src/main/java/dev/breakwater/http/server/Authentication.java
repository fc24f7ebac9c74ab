package dev.breakwater.http.server;

import dev.breakwater.core.principal.Caller;
import reactor.core.publisher.Mono;

/** Finds out who is calling. */
@FunctionalInterface
public interface Authentication {
  /**
   * By the headers of the request; with the client's address.
   *
   * @return never empty; an error signal UNAUTHORIZED when a credential was presented that is no
   *     good
   */
  Mono<Caller> authenticate(Exchange exchange);
}
