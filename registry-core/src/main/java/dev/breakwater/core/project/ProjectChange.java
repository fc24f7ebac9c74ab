package dev.breakwater.core.project;

import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** What another feature writes of a project together with the project itself. */
@FunctionalInterface
public interface ProjectChange {
  /** Nothing. */
  ProjectChange NONE = (_, _) -> Mono.empty();

  Mono<Void> apply(Tx tx, long projectId);
}
