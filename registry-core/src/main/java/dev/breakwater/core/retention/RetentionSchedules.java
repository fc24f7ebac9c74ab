package dev.breakwater.core.retention;

import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** When policies run by themselves. */
public interface RetentionSchedules {
  /**
   * @throws dev.breakwater.core.error.RegistryException BAD_REQUEST for what is no schedule
   */
  void requireValid(String cron);

  /**
   * Sets when a policy runs.
   *
   * @param cron empty: by hand only
   */
  Mono<Void> set(Tx tx, long policyId, String cron);
}
