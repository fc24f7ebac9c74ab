package dev.breakwater.core.notification;

import java.util.Set;
import reactor.core.publisher.Mono;

/** Which replicas there are. */
@FunctionalInterface
public interface LivingReplicas {
  /** For a replica that can tell the others something, but not hear them. */
  LivingReplicas NONE = () -> Mono.just(Set.of());

  /**
   * The ids of all that were heard of lately, this one included. A replica is among them before it
   * answers its first request; one that was killed still is for some seconds.
   */
  Mono<Set<String>> ids();
}
