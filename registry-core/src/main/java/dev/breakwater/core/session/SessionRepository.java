package dev.breakwater.core.session;

import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import reactor.core.publisher.Mono;

/** The rows of sessions, by the SHA-256 of the cookie. */
public interface SessionRepository {
  Mono<Void> insert(Tx tx, byte[] idHash, Session session);

  Mono<Session> find(byte[] idHash);

  /** Puts the end off; several replicas may do this at once. */
  Mono<Void> renew(byte[] idHash, Instant now, Instant expiresAt);

  /** False if there is none. */
  Mono<Boolean> delete(Tx tx, byte[] idHash);

  /** How many were deleted, at most some thousands at once. */
  Mono<Long> deleteExpired(Instant now);

  /** Sessions were ended, here or elsewhere: copies that were made before are no good any more. */
  default void forget() {}
}
