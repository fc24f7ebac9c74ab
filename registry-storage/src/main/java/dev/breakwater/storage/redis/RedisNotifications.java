package dev.breakwater.storage.redis;

import dev.breakwater.core.notification.Broadcast;
import dev.breakwater.core.notification.Notifications;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Signals by Redis' PUBLISH and SUBSCRIBE, on a connection of its own that is made anew whenever it
 * breaks.
 *
 * <p>A connection that lives says nothing after a failover: it may lead to a server to which nobody
 * publishes any more. So each replica also sends a heartbeat, which has to come back to it the
 * whole way round; when it does not, the connection is made anew, and listeners are told of the
 * gap.
 */
public final class RedisNotifications implements Notifications, Broadcast {
  private static final Logger log = LoggerFactory.getLogger(RedisNotifications.class);
  private static final List<String> CHANNELS = List.of(CACHES, MANIFESTS, ACKNOWLEDGEMENTS);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration SILENCE = Duration.ofSeconds(3);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final Duration BUSY = Duration.ofSeconds(1);

  private final Redis redis;
  private final String heartbeats = "breakwater_heartbeat:" + UUID.randomUUID();
  private final Sinks.Many<Heard> heard = Sinks.many().multicast().directBestEffort();

  public RedisNotifications(Redis redis) {
    this.redis = redis;
  }

  /** Listens until it is cancelled. */
  public Mono<Void> run() {
    return Flux.usingWhen(
            Mono.defer(redis.link()::connectPubSub), this::received, RedisNotifications::close)
        .then(Mono.<Void>error(() -> new IllegalStateException("the connection ended")))
        .doOnError(error -> log.warn("{}: notifications are cut off: {}", redis, error.toString()))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .transientErrors(true));
  }

  private Flux<Heard> received(StatefulRedisPubSubConnection<String, String> connection) {
    Sinks.Many<Heard> inbox = Sinks.many().unicast().onBackpressureBuffer();
    connection.addListener(new Inbox(inbox));
    connection.addListener(new Ending(inbox));
    String[] channels =
        Stream.concat(CHANNELS.stream(), Stream.of(heartbeats)).toArray(String[]::new);
    Mono<Void> subscribed = connection.reactive().subscribe(channels).doOnSuccess(_ -> gap());
    Flux<Heard> beats =
        Flux.interval(Duration.ZERO, HEARTBEAT)
            .onBackpressureDrop()
            .concatMap(
                _ ->
                    send(heartbeats, "").onErrorComplete(Exception.class).then(Mono.<Heard>empty()),
                1);
    Flux<Heard> messages =
        inbox
            .asFlux()
            .timeout(SILENCE)
            .onErrorMap(
                TimeoutException.class,
                _ -> new IllegalStateException("heartbeats do not come back"))
            .doOnNext(this::pass);
    return subscribed.thenMany(Flux.merge(messages, beats));
  }

  private static Mono<Void> close(StatefulRedisPubSubConnection<String, String> connection) {
    return Mono.fromFuture(connection::closeAsync).timeout(BUSY).onErrorComplete(Exception.class);
  }

  /** Now that we listen: whatever was sent before was not heard. */
  private void gap() {
    CHANNELS.forEach(channel -> emit(new Heard(channel, new Signal.Gap())));
  }

  private void pass(Heard message) {
    if (!message.channel().equals(heartbeats)) {
      emit(message);
    }
  }

  private void emit(Heard message) {
    heard.emitNext(
        message,
        (type, result) ->
            result != Sinks.EmitResult.FAIL_ZERO_SUBSCRIBER
                && Sinks.EmitFailureHandler.busyLooping(BUSY).onEmitFailure(type, result));
  }

  @Override
  public Flux<Signal> listen(String channel) {
    return heard.asFlux().filter(each -> each.channel().equals(channel)).map(Heard::signal);
  }

  @Override
  public Mono<Void> send(String channel, String payload) {
    return redis.run(commands -> commands.publish(channel, payload)).then();
  }

  private record Heard(String channel, Signal signal) {}

  private static final class Inbox extends RedisPubSubAdapter<String, String> {
    private final Sinks.Many<Heard> messages;

    Inbox(Sinks.Many<Heard> messages) {
      this.messages = messages;
    }

    @Override
    public void message(String channel, String message) {
      messages.emitNext(
          new Heard(channel, new Signal.Message(message)),
          Sinks.EmitFailureHandler.busyLooping(BUSY));
    }
  }

  private static final class Ending implements RedisConnectionStateListener {
    private final Sinks.Many<Heard> messages;

    Ending(Sinks.Many<Heard> messages) {
      this.messages = messages;
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
      messages.tryEmitError(new IllegalStateException("the connection broke"));
    }
  }
}
