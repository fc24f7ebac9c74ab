package dev.breakwater.core.event;

import dev.breakwater.core.transaction.Tx;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Records events together with the change that they tell of: both are committed, or neither. */
@FunctionalInterface
public interface EventRecorder {
  Mono<Void> record(Tx tx, Event event);

  /** The same for many, in their order. */
  default Mono<Void> recordAll(Tx tx, List<Event> events) {
    return Flux.fromIterable(events).concatMap(event -> record(tx, event)).then();
  }
}
