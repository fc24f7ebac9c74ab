package dev.breakwater.core.notification;

import reactor.core.publisher.Mono;

/** Sends what {@link Notifications} hears at every replica, the sender included. */
@FunctionalInterface
public interface Broadcast {
  /** The longest payload; PostgreSQL takes less than 8000 bytes. */
  int MAX_BYTES = 7000;

  /**
   * Completes when it was sent; whoever is cut off does not hear it.
   *
   * @param channel one of the names in {@link Notifications}
   * @param payload at most {@link #MAX_BYTES} in UTF-8
   */
  Mono<Void> send(String channel, String payload);

  /** The same by one way, if there are several: for what does no harm if it is not heard. */
  default Mono<Void> answer(String channel, String payload) {
    return send(channel, payload);
  }
}
