package dev.breakwater.core.event;

import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** Records events together with the change that they tell of: both are committed, or neither. */
public interface EventRecorder {
  Mono<Void> record(Tx tx, Event event);
}
