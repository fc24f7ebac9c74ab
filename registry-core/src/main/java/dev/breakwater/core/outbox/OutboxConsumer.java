package dev.breakwater.core.outbox;

import java.util.List;
import reactor.core.publisher.Mono;

/** Gets every event at least once, in the order of their numbers, on one replica at a time. */
public interface OutboxConsumer {
  /** By which its position is kept; never changes. */
  String name();

  /** Completes when all of them are delivered; on an error they come again. */
  Mono<Void> deliver(List<OutboxEvent> events);
}
