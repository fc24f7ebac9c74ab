package dev.breakwater.auth.oidc;

import dev.breakwater.core.oidc.ProviderTokens;
import java.time.Instant;
import java.util.Optional;

/**
 * A person whom the provider has just vouched for.
 *
 * @param expiresAt until when the ID token is good
 */
record Known(OidcPerson person, String idToken, Instant expiresAt, Optional<String> refreshToken) {

  Known with(Optional<String> other) {
    return new Known(person, idToken, expiresAt, other);
  }

  ProviderTokens tokens() {
    return new ProviderTokens(idToken, refreshToken);
  }

  /** Without the tokens: this may end up in a log. */
  @Override
  public String toString() {
    return "Known[" + person.issuer() + ", " + person.subject() + "]";
  }
}
