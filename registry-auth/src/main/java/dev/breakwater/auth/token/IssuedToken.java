package dev.breakwater.auth.token;

import java.time.Duration;
import java.time.Instant;

/**
 * A token for a client.
 *
 * @param token the signed JWT
 * @param scope what was granted, in the scope grammar; empty if nothing was
 * @param issuedAt in whole seconds
 */
public record IssuedToken(String token, String scope, Instant issuedAt, Duration lifetime) {

  /** Without the token: this may end up in a log. */
  @Override
  public String toString() {
    return "IssuedToken[" + scope + "]";
  }
}
