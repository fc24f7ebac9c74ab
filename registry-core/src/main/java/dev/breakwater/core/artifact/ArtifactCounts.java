package dev.breakwater.core.artifact;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.query.Condition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * How many artifacts lists have: counted again after {@link #LIFETIME}, because whoever turns pages
 * asks again and again. This replica's own changes are seen at once, but in long lists: there, one
 * more or less is told as late as by other replicas, so that pushes do not have everything counted.
 */
public final class ArtifactCounts {
  private static final Duration LIFETIME = Duration.ofSeconds(2);

  /** As many are counted in a few milliseconds. */
  private static final long LONG = 10_000;

  private final Cache<Key, Count> counts =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(LIFETIME).build();
  private final AtomicLong changes = new AtomicLong();

  Mono<Long> of(ArtifactScope scope, List<Condition> conditions, Supplier<Mono<Long>> count) {
    return Mono.defer(() -> {
      Key key = new Key(scope, conditions);
      long now = changes.get();
      Count known = counts.getIfPresent(key);
      return known != null && (known.total > LONG || known.changes == now)
          ? Mono.just(known.total)
          : count.get().doOnNext(total -> counts.put(key, new Count(total, now)));
    });
  }

  /** Artifacts or tags changed here. */
  public void forget() {
    changes.incrementAndGet();
  }

  private record Key(ArtifactScope scope, List<Condition> conditions) {}

  /**
   * @param changes how many there were before it was counted
   */
  private record Count(long total, long changes) {}
}
