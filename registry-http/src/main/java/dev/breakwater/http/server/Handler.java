package dev.breakwater.http.server;

import reactor.core.publisher.Mono;

/** Answers a request. */
@FunctionalInterface
public interface Handler {
  /**
   * Completes when the answer was sent. An error signal, or an exception, is rendered by the
   * family's {@link ErrorRenderer}.
   */
  Mono<Void> handle(Exchange exchange);
}
