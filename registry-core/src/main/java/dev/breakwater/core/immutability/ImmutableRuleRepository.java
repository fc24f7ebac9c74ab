package dev.breakwater.core.immutability;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** The rows of immutable tag rules. */
public interface ImmutableRuleRepository {
  /** What a rule's number is before it has one. */
  long NEW = 0;

  /** All rules of a project that are not disabled, as they are at this moment. */
  Mono<ImmutabilityRules> rulesOf(Tx tx, long projectId);

  /** One page, usually the oldest first. */
  Mono<Slice<ImmutableRule>> list(long projectId, ListRequest request);

  /**
   * Locks the rules of a project against other changes.
   *
   * @return all of them
   */
  Mono<ImmutabilityRules> lock(Tx tx, long projectId);

  /** The number of the new one. */
  Mono<Long> create(Tx tx, long projectId, ImmutableRule rule);

  /**
   * @return false: the project has no such rule
   */
  Mono<Boolean> update(Tx tx, long projectId, ImmutableRule rule);

  /**
   * @return false: the project has no such rule
   */
  Mono<Boolean> delete(Tx tx, long projectId, long id);
}
