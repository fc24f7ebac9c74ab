package dev.breakwater.core.oidc;

import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Rows of the provider's users. A deleted user is not found. */
public interface OidcUserRepository {
  Mono<OidcUserRow> find(long userId);

  Mono<OidcUserRow> findBySubject(String issuer, String subject);

  /**
   * Writes a new one; a former one of the same subject, whose user was deleted, makes room.
   *
   * @return an error CONFLICT if the subject has a user
   */
  Mono<Void> create(Tx tx, OidcUserRow row);

  /**
   * Replaces the tokens.
   *
   * @param sealedTokens empty: the secret is no good any more
   */
  Mono<Void> replaceTokens(long userId, Optional<String> sealedTokens, Instant expireAt);

  /** Whether there is such a user. */
  Mono<Boolean> replaceSecret(Tx tx, long userId, String sealedSecret);

  /** Keeps a log-in whose user has to choose a name; those that have expired go. */
  Mono<Void> keepPending(byte[] idHash, String sealed, Instant expiresAt, Instant now);

  /** What was kept; empty if it has expired. */
  Mono<String> findPending(byte[] idHash, Instant now);

  Mono<Void> removePending(Tx tx, byte[] idHash);
}
