package dev.breakwater.core.expiry;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.manifest.ExpiryTermSource;
import dev.breakwater.core.manifest.ExpiryTerms;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * The rules in memory, so that a push need not read them: a change counts for the next push at this
 * replica, and within {@link #LIFETIME} at all. Nothing is deleted by what is remembered here.
 */
public final class KnownExpiryRules implements ExpiryTermSource {
  static final Duration LIFETIME = Duration.ofSeconds(4);

  private final ExpiryRuleRepository rules;
  private final AsyncCache<Long, ExpiryRules> known =
      Caffeine.newBuilder().maximumSize(20_000).expireAfterWrite(LIFETIME).buildAsync();

  public KnownExpiryRules(ExpiryRuleRepository rules) {
    this.rules = rules;
  }

  @Override
  public Mono<ExpiryTerms> termsOf(long projectId) {
    return Mono.fromFuture(
            () -> known.get(projectId, (id, _) -> rules.rulesOf(id).toFuture()), true)
        .cast(ExpiryTerms.class);
  }

  /** The rules of a project were changed here. */
  public void forget(long projectId) {
    known.synchronous().invalidate(projectId);
  }
}
