package dev.breakwater.storage.sql;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Work that is done again where nothing can have come of it, see {@link Database}. */
final class Repetition {
  private static final int REPETITIONS = 4;

  private Repetition() {}

  /**
   * Again when the server undid it for the sake of another transaction, or when the connection
   * broke and {@link NothingHappened}.
   *
   * @param watch knows whether it is worth while
   */
  static <T> Mono<T> of(Mono<T> work, DatabaseWatch watch) {
    return work.retryWhen(
            Retry.backoff(
                    REPETITIONS, Duration.ofMillis(5 + ThreadLocalRandom.current().nextInt(20)))
                .filter(error ->
                    SqlErrors.isRepeatable(error)
                        || (error instanceof NothingHappened && watch.isAnswering()))
                .onRetryExhaustedThrow((_, last) -> last.failure()))
        .onErrorMap(NothingHappened.class, NothingHappened::getCause)
        .onErrorMap(SqlErrors::translate);
  }
}
