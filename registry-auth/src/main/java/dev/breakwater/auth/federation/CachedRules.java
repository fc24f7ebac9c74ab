package dev.breakwater.auth.federation;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.federation.Federation;
import dev.breakwater.core.federation.FederationRepository;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * The rules as they were read a moment ago. Each is read again after {@link #AGE}: one that was
 * changed, disabled or deleted counts no longer than that on every replica, without anybody telling
 * them.
 */
final class CachedRules {
  static final Duration AGE = Duration.ofSeconds(4);

  private static final int MAX_ENTRIES = 10_000;

  private final FederationRepository rows;
  private final AsyncCache<String, List<Federation>> byIssuer = cache();
  private final AsyncCache<Long, Optional<Federation>> byId = cache();

  CachedRules(FederationRepository rows) {
    this.rows = rows;
  }

  private static <K, V> AsyncCache<K, V> cache() {
    return Caffeine.newBuilder().maximumSize(MAX_ENTRIES).expireAfterWrite(AGE).buildAsync();
  }

  /** The enabled ones for tokens of this issuer; empty if it has no name. */
  Mono<List<Federation>> ofIssuer(String issuer) {
    return issuer.isEmpty()
        ? Mono.empty()
        : Mono.fromFuture(
            () -> byIssuer.get(issuer, (key, _) -> rows.findEnabled(key).toFuture()), true);
  }

  /** The one with this number, enabled or not; empty if there is none. */
  Mono<Federation> find(long id) {
    return Mono.fromFuture(
            () ->
                byId.get(
                    id,
                    (key, _) ->
                        rows.find(key)
                            .map(Optional::of)
                            .defaultIfEmpty(Optional.empty())
                            .toFuture()),
            true)
        .flatMap(Mono::justOrEmpty);
  }

  void forget() {
    byIssuer.synchronous().invalidateAll();
    byId.synchronous().invalidateAll();
  }
}
