package dev.breakwater.storage.sql;

import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Waits for results in tests. */
public final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Await() {}

  public static <T> T value(Mono<T> result) {
    return result
        .blockOptional(PATIENCE)
        .orElseThrow(() -> new AssertionError("expected a value, got none"));
  }

  public static <T> Optional<T> optional(Mono<T> result) {
    return result.blockOptional(PATIENCE);
  }

  public static void done(Mono<?> result) {
    result.block(PATIENCE);
  }

  /** The same for what takes a while on a crowded machine. */
  public static void whole(Mono<?> result) {
    result.block(PATIENCE.multipliedBy(10));
  }
}
