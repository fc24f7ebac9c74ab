package dev.breakwater.core.rule;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import reactor.core.publisher.Mono;

/** The rows of one sort of rule. Every method names the project: rules of others match none. */
public interface TagRuleRepository<R extends TagRule> {
  /** One page, usually the oldest first. Fields: id, disabled. */
  Mono<Slice<R>> list(long projectId, ListRequest request);

  /** Empty: the project has no such rule. */
  Mono<R> find(long projectId, long id);

  /**
   * Locks the rules of a project against other changes.
   *
   * @return all of them
   */
  Mono<List<R>> lock(Tx tx, long projectId);

  /** The number of the new one. */
  Mono<Long> create(Tx tx, long projectId, R rule);

  /**
   * @return false: the project has no such rule
   */
  Mono<Boolean> update(Tx tx, long projectId, R rule);

  /**
   * @return false: the project has no such rule
   */
  Mono<Boolean> delete(Tx tx, long projectId, long id);
}
