package dev.breakwater.core.permission;

import reactor.core.publisher.Mono;

/** Whether whoever is logged in may create projects, or administrators only. */
@FunctionalInterface
public interface ProjectCreationRule {
  Mono<Boolean> everyoneMayCreate();
}
