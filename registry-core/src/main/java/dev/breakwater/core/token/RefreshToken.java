package dev.breakwater.core.token;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What stands behind a refresh token.
 *
 * @param family all that were made from one log-in
 * @param userId whose it is; empty: a robot's
 * @param robotId empty: a user's
 * @param mark a hash of the stored password or secret that it was made for
 * @param usedAt when it was replaced by the next one of its family
 */
public record RefreshToken(
    UUID family,
    Optional<Long> userId,
    Optional<Long> robotId,
    byte[] mark,
    Instant createdAt,
    Instant expiresAt,
    Optional<Instant> usedAt) {
  public RefreshToken {
    mark = mark.clone();
  }

  @Override
  public byte[] mark() {
    return mark.clone();
  }

  /** The one that follows it. */
  public RefreshToken next(Instant now, Instant end) {
    return new RefreshToken(family, userId, robotId, mark, now, end, Optional.empty());
  }

  /** Without the mark: this may end up in a log. */
  @Override
  public String toString() {
    return "RefreshToken[" + family + "]";
  }
}
