package dev.breakwater.http.server;

import reactor.core.publisher.Mono;

/** Decides before anything else whether a request is looked at at all, whatever its API. */
@FunctionalInterface
public interface Admission {
  /** Completes empty when it is; an error signal is the answer. */
  Mono<Void> admit(Exchange exchange);
}
