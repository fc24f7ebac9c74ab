package dev.breakwater.core.principal;

import java.util.Optional;

/**
 * A principal together with the limits of the credential that it presented.
 *
 * @param grants what a token was cut to; empty when a password was presented, which limits nothing
 */
public record Caller(Principal principal, Optional<Grants> grants) {
  public static final Caller ANONYMOUS = new Caller(new Principal.Anonymous(), Optional.empty());

  /** A caller that presented no token. */
  public static Caller of(Principal principal) {
    return new Caller(principal, Optional.empty());
  }

  /** Whether no credential at all was presented (an anonymous token is one). */
  public boolean isUnauthenticated() {
    return principal instanceof Principal.Anonymous && grants.isEmpty();
  }
}
