package dev.breakwater.core.outbox;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** The rows of the outbox, and how far each consumer is. */
public interface OutboxRepository {
  /**
   * The last number that was given out, if it is beyond {@code known}; empty: it is not.
   * Transactions that got it may still run.
   */
  Mono<Mark> mark(long known);

  /** The number of the oldest transaction that runs now, or of a later one if none does. */
  Mono<Long> oldestRunning();

  /** Takes, or keeps, the right to deliver to a consumer; its position, empty: another has it. */
  Mono<Long> lease(String consumer, String holder, Duration lease);

  /** How far a consumer is, whoever delivers to it; empty: nobody ever did. */
  Mono<Long> position(String consumer);

  /** The events after a position up to another one, both numbers. */
  Mono<Batch> read(long after, long upTo, int limit);

  /** Notes that everything up to the position was delivered; false: another one delivers now. */
  Mono<Boolean> advance(String consumer, String holder, long position);

  /** Lets another replica deliver. */
  Mono<Void> giveUp(String holder);

  /** Removes some of what every one of these consumers has got; how many. */
  Mono<Long> removeDelivered(List<String> consumers, int limit);

  /**
   * @param number the last one that was given to an event
   * @param transaction whoever got a number up to that one is a transaction with a lower number
   */
  record Mark(long number, long transaction) {}

  /**
   * @param events those of types that this version knows
   * @param reached the position after them
   * @param more whether there are more up to the limit
   */
  record Batch(List<OutboxEvent> events, long reached, boolean more) {
    public Batch {
      events = List.copyOf(events);
    }
  }
}
