package dev.breakwater.http.server;

import dev.breakwater.core.principal.Caller;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Finds out who is calling. */
@FunctionalInterface
public interface Authentication {
  /**
   * @param authorization the Authorization header, null when there is none
   * @return never empty; an error signal UNAUTHORIZED when a credential was presented that is no
   *     good
   */
  Mono<Caller> authenticate(@Nullable String authorization);
}
