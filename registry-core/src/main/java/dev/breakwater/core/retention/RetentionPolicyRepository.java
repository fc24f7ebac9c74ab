package dev.breakwater.core.retention;

import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** The rows of retention policies. */
public interface RetentionPolicyRepository {
  /** Empty: there is none. */
  Mono<RetentionPolicy> find(long id);

  /** The policy of a project; empty: it has none. */
  Mono<RetentionPolicy> findByProject(long projectId);

  /**
   * The number of the new one.
   *
   * @throws dev.breakwater.core.error.RegistryException (as error signal) BAD_REQUEST if the
   *     project has one already
   */
  Mono<Long> create(Tx tx, RetentionPolicy policy);

  /**
   * @return false: there is none any more
   */
  Mono<Boolean> update(Tx tx, RetentionPolicy policy);

  /**
   * @return false: there is none any more
   */
  Mono<Boolean> delete(Tx tx, long id);
}
