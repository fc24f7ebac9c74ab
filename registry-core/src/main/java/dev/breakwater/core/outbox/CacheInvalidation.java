package dev.breakwater.core.outbox;

import dev.breakwater.core.event.EventType;
import dev.breakwater.core.notification.Broadcast;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.notification.Notifications.Signal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tells the caches of every replica what has changed: one replica reads it from the outbox and
 * sends a notification, which all of them hear. Caches expire by themselves, too; this makes it
 * sooner.
 */
public final class CacheInvalidation implements OutboxConsumer {
  /** PostgreSQL takes less than 8000 bytes; a character has four at most. */
  private static final int MAX_RESOURCE = 1024;

  private static final Duration LEASE = Duration.ofSeconds(1);

  private final Notifications notifications;
  private final Broadcast broadcast;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  public CacheInvalidation(Notifications notifications, Broadcast broadcast) {
    this.notifications = notifications;
    this.broadcast = broadcast;
  }

  /**
   * Calls a cache when one of these events happened anywhere. The calls must neither block nor
   * fail.
   *
   * @param changed gets the event's resource
   * @param everything is called when it is not known what has changed
   */
  public void subscribe(Set<EventType> types, Consumer<String> changed, Runnable everything) {
    subscriptions.add(new Subscription(EnumSet.copyOf(types), changed, everything));
  }

  /** Listens until it is cancelled. */
  public Mono<Void> run() {
    return notifications.listen(Notifications.CACHES).doOnNext(this::hear).then();
  }

  private void hear(Signal signal) {
    switch (signal) {
      case Signal.Gap _ -> subscriptions.forEach(each -> each.everything().run());
      case Signal.Message(String payload) -> {
        int blank = payload.indexOf(' ');
        EventType.find(payload.substring(0, Math.max(blank, 0)))
            .ifPresent(type -> tell(type, payload.substring(blank + 1)));
      }
    }
  }

  private void tell(EventType type, String resource) {
    for (Subscription subscription : subscriptions) {
      if (subscription.types().contains(type)) {
        if (resource.isEmpty()) {
          subscription.everything().run();
        } else {
          subscription.changed().accept(resource);
        }
      }
    }
  }

  @Override
  public String name() {
    return "caches";
  }

  /** Caches may be told twice; what they remember counts no longer than some seconds anyway. */
  @Override
  public Duration lease() {
    return LEASE;
  }

  @Override
  public Mono<Void> deliver(List<OutboxEvent> events) {
    Set<String> payloads =
        events.stream()
            .filter(each -> isCached(each.event().type()))
            .map(each -> payload(each.event().type(), each.event().resource()))
            .collect(Collectors.toSet());
    return Flux.fromIterable(payloads)
        .concatMap(payload -> broadcast.send(Notifications.CACHES, payload))
        .then();
  }

  private boolean isCached(EventType type) {
    return subscriptions.stream().anyMatch(each -> each.types().contains(type));
  }

  private static String payload(EventType type, String resource) {
    return type.name() + " " + (resource.length() > MAX_RESOURCE ? "" : resource);
  }

  private record Subscription(
      Set<EventType> types, Consumer<String> changed, Runnable everything) {}
}
