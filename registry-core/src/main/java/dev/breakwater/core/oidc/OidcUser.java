package dev.breakwater.core.oidc;

import java.time.Instant;
import java.util.Optional;

/**
 * A user of the provider.
 *
 * @param userId the row of the user
 * @param cliSecret the password of the command line
 * @param tokens empty once the provider refused: the secret is no good then
 * @param tokensExpireAt until when the ID token is good
 * @param updatedAt when the row was written
 */
public record OidcUser(
    long userId,
    String issuer,
    String subject,
    String cliSecret,
    Optional<ProviderTokens> tokens,
    Instant tokensExpireAt,
    Instant updatedAt) {

  /** Without secret and tokens: this may end up in a log. */
  @Override
  public String toString() {
    return "OidcUser[" + userId + ", " + issuer + ", " + subject + "]";
  }
}
