package dev.breakwater.core.outbox;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** Gets every event at least once, in the order of their numbers, on one replica at a time. */
public interface OutboxConsumer {
  /** By which its position is kept; never changes. */
  String name();

  /**
   * For how long a replica has what comes next for itself. When it dies, the others wait that long;
   * when it takes longer than that, they get the same events as well.
   */
  default Duration lease() {
    return Duration.ofSeconds(20);
  }

  /** Completes when all of them are delivered; on an error they come again. */
  Mono<Void> deliver(List<OutboxEvent> events);
}
