package dev.breakwater.core.artifact;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.query.Condition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * How many artifacts lists have: counted again after {@link #LIFETIME}, because whoever turns pages
 * asks again and again. This replica's own changes of a project are seen at once.
 */
public final class ArtifactCounts {
  private static final Duration LIFETIME = Duration.ofSeconds(2);

  private final Cache<Key, Count> counts =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(LIFETIME).build();

  /** The last change of a project; kept for longer than any count. */
  private final Cache<String, Long> changed =
      Caffeine.newBuilder().maximumSize(20_000).expireAfterWrite(LIFETIME.multipliedBy(2)).build();

  private final AtomicLong changes = new AtomicLong();

  /**
   * @param project the name of the scope's project
   * @param count counts them
   */
  Mono<Long> of(
      String project, ArtifactScope scope, List<Condition> conditions, Supplier<Mono<Long>> count) {
    return Mono.defer(() -> {
      Key key = new Key(scope, conditions);
      long last = changed.asMap().getOrDefault(project, 0L);
      Count known = counts.getIfPresent(key);
      return known != null && known.change == last
          ? Mono.just(known.total)
          : count.get().doOnNext(total -> counts.put(key, new Count(total, last)));
    });
  }

  /** Artifacts or tags of this repository changed here. */
  public void forget(RepositoryName repository) {
    changed.put(repository.project(), changes.incrementAndGet());
  }

  private record Key(ArtifactScope scope, List<Condition> conditions) {}

  /**
   * @param change the last one before it was counted
   */
  private record Count(long total, long change) {}
}
