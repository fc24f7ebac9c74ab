package dev.breakwater.storage.sql;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Knows whether the database answers, by asking once a second on a connection of its own. A busy
 * pool is no reason to think otherwise, and a broken network is found out although nothing comes
 * back from it.
 *
 * <p>One connection that breaks says little: it is made anew at once. When that fails as well, the
 * database is away: all connections are broken, so that whoever waits on one gets an answer, and
 * new work is not repeated until the database is back.
 */
public final class DatabaseWatch {
  private static final Logger log = LoggerFactory.getLogger(DatabaseWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Database database;

  /** Within which requests wait for it, see {@link Database}. */
  private static final Duration RESTART = Duration.ofSeconds(2);

  private final AtomicInteger failures = new AtomicInteger();
  private volatile boolean answering = true;
  private volatile long lastAnswer = System.nanoTime();

  DatabaseWatch(Database database) {
    this.database = database;
  }

  /** Whether it answered lately, or nobody looked. */
  public boolean isAnswering() {
    return answering;
  }

  /** For the readiness of this replica: an error while the database is away. */
  public Mono<Boolean> check() {
    return Mono.fromCallable(() -> {
      if (!answering) {
        throw new TimeoutException("the database does not answer");
      }
      return true;
    });
  }

  /** Watches until it is cancelled. */
  public Mono<Void> run() {
    return Flux.usingWhen(
            database.ownConnection(),
            connection ->
                Flux.interval(Duration.ZERO, PERIOD)
                    .onBackpressureDrop()
                    .concatMap(
                        _ -> SqlStatement.one(connection, "SELECT 1", _ -> 1).timeout(DEADLINE), 1)
                    .doOnNext(_ -> answered()),
            OpenConnections::leave)
        .then(Mono.<Void>error(() -> new IllegalStateException("the connection ended")))
        .onErrorResume(Exception.class, error -> failed(error).then(Mono.error(error)))
        .retryWhen(Retry.from(signals -> signals.concatMap(_ -> pause())));
  }

  private void answered() {
    failures.set(0);
    lastAnswer = System.nanoTime();
    if (!answering) {
      answering = true;
      log.info("the database answers again");
    }
  }

  private Mono<Void> failed(Exception error) {
    boolean again = failures.incrementAndGet() >= 2;
    if (!again || !answering || System.nanoTime() - lastAnswer < RESTART.toNanos()) {
      return Mono.empty();
    }
    answering = false;
    log.warn("the database does not answer: {}", error.toString());
    return database.breakConnections();
  }

  private Mono<Long> pause() {
    return failures.get() < 2 ? Mono.just(0L) : Mono.delay(PAUSE);
  }
}
