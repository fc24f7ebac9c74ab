package dev.breakwater.auth.token;

import dev.breakwater.core.principal.Grants;
import java.time.Instant;

/**
 * A token whose signature and claims hold.
 *
 * @param holder whom it was issued to
 * @param expiresAt its claim {@code exp}
 */
public record VerifiedToken(TokenHolder holder, Grants grants, Instant expiresAt) {
  /** From when on it is refused: clocks may differ a little. */
  public Instant endsAt() {
    return expiresAt.plus(TokenSettings.LEEWAY);
  }
}
