package dev.breakwater.http.server;

import dev.breakwater.core.error.RegistryException;
import reactor.core.publisher.Mono;

/** Answers with an error in the format of one API family. */
@FunctionalInterface
public interface ErrorRenderer {
  Mono<Void> render(Exchange exchange, RegistryException error);
}
