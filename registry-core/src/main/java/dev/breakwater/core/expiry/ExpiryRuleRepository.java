package dev.breakwater.core.expiry;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** The rows of expiry rules. */
public interface ExpiryRuleRepository {
  /** All rules of a project that are not disabled. */
  Mono<ExpiryRules> rulesOf(long projectId);

  /** One page, usually the oldest first. Fields: id, disabled. */
  Mono<Slice<ExpiryRule>> list(long projectId, ListRequest request);

  /** Empty: the project has no such rule. */
  Mono<ExpiryRule> find(long projectId, long id);

  /**
   * Locks the rules of a project against other changes.
   *
   * @return all of them
   */
  Mono<ExpiryRules> lock(Tx tx, long projectId);

  /** The number of the new one. */
  Mono<Long> create(Tx tx, long projectId, ExpiryRule rule);

  /**
   * @return false: the project has no such rule
   */
  Mono<Boolean> update(Tx tx, long projectId, ExpiryRule rule);

  /**
   * @return false: the project has no such rule
   */
  Mono<Boolean> delete(Tx tx, long projectId, long id);
}
