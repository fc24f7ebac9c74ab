package dev.breakwater.core.token;

import java.time.Instant;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Rows of signing keys. Of each algorithm at most one key is active (not retired) at any time; a
 * partial unique index keeps that true when replicas race. There are a handful of rows in all.
 */
public interface SigningKeyRepository {

  /**
   * All active keys, and those that were retired at this instant or later, oldest first by {@link
   * SigningKey#createdAt()}.
   */
  Flux<SigningKey> findUsable(Instant retiredSince);

  /**
   * Writes the candidate unless its algorithm has an active key already; several replicas may do
   * this at once.
   *
   * @param candidate with {@link SigningKey#retiredAt()} absent
   * @return the algorithm's active key afterwards: the candidate, or the one that was there
   */
  Mono<SigningKey> insertIfNoneActive(SigningKey candidate);

  /**
   * Makes {@code next} the active key of its algorithm, in one transaction: retires the active one
   * (its {@code retiredAt} becomes {@code at}) and writes {@code next}; if a row with the id of
   * {@code next} exists, that row becomes active again instead (its sealed key and certificate are
   * replaced). Does nothing if {@code next} is active already.
   *
   * @return empty; an error with the code {@code CONFLICT} if another replica rotated meanwhile
   */
  Mono<Void> rotate(SigningKey next, Instant at);

  /**
   * The same if the active key is an old one. Of several replicas that do this at once, one does.
   *
   * @param createdBefore does nothing if there is no active key from before this instant
   * @return whether it was replaced
   */
  Mono<Boolean> rotateIfOlder(SigningKey next, Instant createdBefore, Instant at);

  /**
   * Deletes keys that were retired before this instant.
   *
   * @return how many
   */
  Mono<Long> deleteRetiredBefore(Instant instant);
}
