package dev.breakwater.storage.sql.notification;

import dev.breakwater.core.notification.Broadcast;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.storage.sql.Database;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Listens on a connection of its own, which is opened again whenever it breaks or leads nowhere.
 * Behind a pool that lends connections by the transaction it only sends.
 */
public final class PgNotifications implements Notifications, Broadcast {
  private static final Logger log = LoggerFactory.getLogger(PgNotifications.class);
  private static final List<String> CHANNELS = List.of(JOBS, CACHES, MANIFESTS, ACKNOWLEDGEMENTS);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration BUSY = Duration.ofSeconds(1);

  /** Nobody hears it after a crash of the server, so its commit does not wait for the disk. */
  private static final String SEND =
      """
      SELECT set_config('synchronous_commit', 'off', true) AS relaxed FROM pg_notify($1, $2)
      """;

  private final Database database;
  private final Sinks.Many<Heard> heard = Sinks.many().multicast().directBestEffort();

  public PgNotifications(Database database) {
    this.database = database;
  }

  /** Listens until it is cancelled. */
  public Mono<Void> run() {
    if (!database.canListen()) {
      return Mono.never();
    }
    return database
        .listen(CHANNELS, this::gap)
        .doOnNext(each -> emit(each.getKey(), new Signal.Message(each.getValue())))
        .then()
        .doOnError(error -> log.warn("notifications are cut off: {}", error.toString()))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .transientErrors(true));
  }

  /** Now that we listen: whatever was sent before was not heard. */
  private void gap() {
    CHANNELS.forEach(channel -> emit(channel, new Signal.Gap()));
  }

  private void emit(String channel, Signal signal) {
    heard.emitNext(
        new Heard(channel, signal),
        (type, result) ->
            result != Sinks.EmitResult.FAIL_ZERO_SUBSCRIBER
                && Sinks.EmitFailureHandler.busyLooping(BUSY).onEmitFailure(type, result));
  }

  @Override
  public Mono<Void> send(String channel, String payload) {
    return database.one(SEND, _ -> 1, channel, payload).then();
  }

  @Override
  public Flux<Signal> listen(String channel) {
    return heard.asFlux().filter(each -> each.channel().equals(channel)).map(Heard::signal);
  }

  private record Heard(String channel, Signal signal) {}
}
