package dev.breakwater.http.api;

import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** One operation of the management API. */
@FunctionalInterface
public interface Operation {
  /**
   * Answers; an error signal or an exception is rendered by {@link ApiErrors}.
   *
   * @param path the variable parts of the path
   */
  Mono<Void> handle(Exchange exchange, PathParameters path);
}
