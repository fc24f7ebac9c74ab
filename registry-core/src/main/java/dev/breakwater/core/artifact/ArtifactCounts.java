package dev.breakwater.core.artifact;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.query.Condition;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * How many artifacts lists have: counted again after {@link #LIFETIME}, because whoever turns pages
 * asks again and again. This replica's own changes are seen at once.
 */
public final class ArtifactCounts {
  private static final Duration LIFETIME = Duration.ofSeconds(2);

  private final Cache<Key, Long> counts =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(LIFETIME).build();

  Mono<Long> of(ArtifactScope scope, List<Condition> conditions, Supplier<Mono<Long>> count) {
    return Mono.defer(() -> {
      Key key = new Key(scope, conditions);
      Long known = counts.getIfPresent(key);
      return known != null
          ? Mono.just(known)
          : count.get().doOnNext(total -> counts.put(key, total));
    });
  }

  /** Artifacts or tags changed here. */
  public void forget() {
    counts.invalidateAll();
  }

  private record Key(ArtifactScope scope, List<Condition> conditions) {}
}
