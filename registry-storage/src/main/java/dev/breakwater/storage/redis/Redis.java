package dev.breakwater.storage.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.cluster.api.reactive.RedisClusterReactiveCommands;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * One connection for all commands. Nothing ever waits for Redis to come back: when the connection
 * breaks, does not answer in time or turns out to lead to a server that is no longer the one to
 * write to, it is dropped; the next command makes a new one, unless an attempt to failed a moment
 * ago.
 *
 * <p>Nobody may depend on an answer: every method that leads here has another way to go on.
 */
public final class Redis {
  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final RedisLink link;
  private final RedisSettings settings;
  private final LongSupplier nanos;
  private final AtomicReference<@Nullable Attempt> current = new AtomicReference<>();

  private Redis(RedisLink link, RedisSettings settings, LongSupplier nanos) {
    this.link = link;
    this.settings = settings;
    this.nanos = nanos;
  }

  /** Connects when it is first used. */
  public static Redis open(RedisSettings settings) {
    return new Redis(RedisLinks.open(settings), settings, System::nanoTime);
  }

  RedisLink link() {
    return link;
  }

  /**
   * Runs a command.
   *
   * @return an error, at once or after the settings' timeout, when there is no answer
   */
  <T> Mono<T> run(Function<RedisClusterReactiveCommands<String, String>, Mono<T>> command) {
    return Mono.defer(() -> {
      Attempt attempt = attempt();
      return attempt
          .connected()
          .flatMap(commands -> command.apply(commands.reactive()))
          .timeout(settings.timeout())
          .doOnError(error -> spoils(attempt, error), error -> drop(attempt, error));
    });
  }

  /** For health: an error, or that it answers. */
  public Mono<String> ping() {
    return run(RedisClusterReactiveCommands::ping);
  }

  /**
   * An answer of the server does not, except that it cannot be used for now. Neither does it to
   * wait too long for a connection that is still being made, which has an end of its own.
   */
  private static boolean spoils(Attempt attempt, Throwable error) {
    if (error instanceof TimeoutException && !attempt.isConnected()) {
      return false;
    }
    return !(error instanceof RedisCommandExecutionException)
        || error instanceof RedisReadOnlyException
        || error instanceof RedisLoadingException
        || String.valueOf(error.getMessage()).startsWith("CLUSTERDOWN");
  }

  /** The connection that is there or on its way, or a new one. */
  private Attempt attempt() {
    while (true) {
      Attempt known = current.get();
      if (known != null && !known.isOver(nanos.getAsLong())) {
        return known;
      }
      Attempt next = new Attempt(link.connect());
      if (current.compareAndSet(known, next)) {
        return next;
      }
    }
  }

  private void drop(Attempt attempt, Throwable error) {
    if (attempt.end(nanos.getAsLong())) {
      log.warn("{} is not used for now: {}", settings, error.toString());
    }
  }

  /** Closes the connections. */
  public Mono<Void> close() {
    return link.close();
  }

  @Override
  public String toString() {
    return settings.toString();
  }

  /** A connection, from the wish to its end. */
  private static final class Attempt {
    private final Mono<RedisLink.Commands> connected;
    private final AtomicReference<@Nullable Long> endedAt = new AtomicReference<>();
    private volatile boolean successful;

    Attempt(Mono<RedisLink.Commands> connect) {
      this.connected = connect.doOnNext(_ -> successful = true).cache();
    }

    boolean isConnected() {
      return successful;
    }

    Mono<RedisLink.Commands> connected() {
      return endedAt.get() == null
          ? connected
          : Mono.error(() -> new IllegalStateException("Redis did not answer a moment ago"));
    }

    boolean isOver(long now) {
      Long ended = endedAt.get();
      return ended != null && (successful || now - ended > PAUSE.toNanos());
    }

    /** False if it had ended before. Nobody waits for the closing. */
    boolean end(long now) {
      if (!endedAt.compareAndSet(null, now)) {
        return false;
      }
      var _ = connected.toFuture().thenCompose(commands -> commands.connection().closeAsync());
      return true;
    }
  }
}
