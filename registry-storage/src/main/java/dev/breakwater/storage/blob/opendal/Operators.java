package dev.breakwater.storage.blob.opendal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.opendal.AsyncOperator;
import org.apache.opendal.layer.RetryLayer;
import org.jspecify.annotations.Nullable;

/**
 * The library's handles on the service: one, or at Swift one for each token, which it cannot renew.
 *
 * <p>A handle is native memory that running calls go on using. So none is freed before the store
 * was closed and the last call has ended.
 */
final class Operators implements AutoCloseable {
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

  private AsyncOperator make(Map<String, String> options) {
    try (AsyncOperator plain = AsyncOperator.of(settings.service().scheme(), options)) {
      AsyncOperator operator =
          plain.layer(
              RetryLayer.builder()
                  .jitter(true)
                  .minDelay(Duration.ofMillis(100))
                  .maxDelay(Duration.ofSeconds(4))
                  .maxTimes(6)
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
