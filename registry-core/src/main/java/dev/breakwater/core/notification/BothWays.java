package dev.breakwater.core.notification;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends on two ways and hears on both, so that losing one of them loses nothing. What is heard
 * twice is done twice: listeners must not mind.
 */
public final class BothWays implements Notifications, Broadcast {
  private static final Logger log = LoggerFactory.getLogger(BothWays.class);

  private final List<Notifications> heard;
  private final Broadcast first;
  private final Broadcast second;

  /**
   * @param first the quicker one
   */
  public <A extends Notifications & Broadcast, B extends Notifications & Broadcast> BothWays(
      A first, B second) {
    this.heard = List.of(first, second);
    this.first = first;
    this.second = second;
  }

  /** With room for what one of them brings while the other one is listened to. */
  @Override
  public Flux<Signal> listen(String channel) {
    return Flux.merge(
        heard.stream().map(each -> each.listen(channel).onBackpressureBuffer()).toList());
  }

  /** Fails only if both ways do. */
  @Override
  public Mono<Void> send(String channel, String payload) {
    return Mono.zip(attempt(first.send(channel, payload)), attempt(second.send(channel, payload)))
        .flatMap(failed ->
            failed.getT1().isPresent() && failed.getT2().isPresent()
                ? Mono.error(failed.getT1().get())
                : Mono.empty());
  }

  /** By the second one only if the first one fails. */
  @Override
  public Mono<Void> answer(String channel, String payload) {
    return first
        .send(channel, payload)
        .onErrorResume(
            Exception.class,
            error -> {
              log.debug("the first of two ways failed: {}", error.toString());
              return second.send(channel, payload);
            });
  }

  private static Mono<Optional<Exception>> attempt(Mono<Void> way) {
    return way.then(Mono.just(Optional.<Exception>empty()))
        .onErrorResume(
            Exception.class,
            error -> {
              log.debug("one of two ways failed: {}", error.toString());
              return Mono.just(Optional.of(error));
            });
  }
}
