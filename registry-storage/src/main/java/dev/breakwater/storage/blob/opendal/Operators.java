package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.opendal.CloudException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.opendal.AsyncOperator;
import org.apache.opendal.layer.RetryLayer;
import org.jspecify.annotations.Nullable;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * The library's handles on the service: one, or at Swift one for each token, which it cannot renew.
 *
 * <p>A handle is native memory that running calls go on using. So none is freed before the store
 * was closed and the last call has ended.
 */
final class Operators implements AutoCloseable {
  /** About 6 s in all. */
  private static final int RETRIES = 6;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

  private final OpenDalSettings settings;
  private final List<AsyncOperator> made = new ArrayList<>();
  private @Nullable AsyncOperator latest;
  private Optional<SwiftSession> latestSession = Optional.empty();
  private int running;
  private boolean closed;

  Operators(OpenDalSettings settings) {
    this.settings = settings;
  }

  /**
   * Whoever gets one calls {@link #giveBack} once.
   *
   * @param session what it works with, if the service has such a thing
   */
  synchronized AsyncOperator borrow(Optional<SwiftSession> session) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    if (latest == null || !session.equals(latestSession)) {
      latest = make(session.map(this::options).orElse(settings.options()));
      latestSession = session;
    }
    running++;
    return latest;
  }

  private Map<String, String> options(SwiftSession session) {
    Map<String, String> options = new HashMap<>(settings.options());
    options.put("endpoint", session.storageUrl().toString());
    options.put("token", session.token());
    return options;
  }

  /** What does not go through a handle is tried again in the same way. */
  static RetryBackoffSpec again() {
    return again(EnumSet.of(Kind.PASSING, Kind.OVERTAKEN));
  }

  /** What goes through a handle and failed in one of these ways is tried again. */
  static RetryBackoffSpec again(Set<Kind> kinds) {
    return Retry.backoff(RETRIES, FIRST_PAUSE)
        .maxBackoff(LONGEST_PAUSE)
        .jitter(0.5)
        .filter(error -> error instanceof CloudException it && kinds.contains(it.kind()))
        .onRetryExhaustedThrow((_, signal) -> signal.failure());
  }

  private AsyncOperator make(Map<String, String> options) {
    try (AsyncOperator plain = AsyncOperator.of(settings.service().scheme(), options)) {
      AsyncOperator operator =
          plain.layer(
              RetryLayer.builder()
                  .jitter(true)
                  .minDelay(FIRST_PAUSE)
                  .maxDelay(LONGEST_PAUSE)
                  .maxTimes(RETRIES)
                  .build());
      made.add(operator);
      return operator;
    }
  }

  synchronized void giveBack() {
    running--;
    freeIfUnused();
  }

  @Override
  public synchronized void close() {
    closed = true;
    freeIfUnused();
  }

  private void freeIfUnused() {
    if (closed && running == 0) {
      made.forEach(AsyncOperator::close);
      made.clear();
      latest = null;
    }
  }
}
