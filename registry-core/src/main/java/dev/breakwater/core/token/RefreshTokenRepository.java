package dev.breakwater.core.token;

import java.time.Instant;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The rows of refresh tokens, by the SHA-256 of the token. */
public interface RefreshTokenRepository {
  Mono<Void> insert(byte[] hash, RefreshToken token);

  Mono<RefreshToken> find(byte[] hash);

  /**
   * Replaces a token by the next one; of several at once, one does.
   *
   * @return false if it was replaced already
   */
  Mono<Boolean> replace(byte[] hash, byte[] nextHash, RefreshToken next);

  /** Puts the end of one that is not replaced off. */
  Mono<Void> extend(byte[] hash, Instant expiresAt);

  Mono<Void> deleteFamily(UUID family);

  /** How many were deleted, at most some thousands at once. */
  Mono<Long> deleteExpired(Instant now);
}
