package dev.breakwater.core.principal;

import java.time.Instant;
import java.util.Optional;

/**
 * A principal together with the limits of the credential that it presented.
 *
 * @param grants what a token was cut to; empty when a password was presented, which limits nothing
 * @param credential by what the principal is known
 * @param address the client's network address, for audit rows; empty inside the program
 * @param validUntil when the credential itself ends; nothing that is issued for it lives longer;
 *     empty: it says nothing of it
 * @param federationId the rule that let a workload in, also when it presents a token that it got
 *     thereby; empty: no workload
 */
public record Caller(
    Principal principal,
    Optional<Grants> grants,
    Credential credential,
    String address,
    Optional<Instant> validUntil,
    Optional<Long> federationId) {
  public static final Caller ANONYMOUS = of(new Principal.Anonymous(), Credential.NONE);

  /** A caller that presented no token. */
  public static Caller of(Principal principal, Credential credential) {
    return new Caller(
        principal, Optional.empty(), credential, "", Optional.empty(), Optional.empty());
  }

  /** A caller that presented a token of the token service. */
  public static Caller withToken(Principal principal, Grants grants) {
    return new Caller(
        principal, Optional.of(grants), Credential.TOKEN, "", Optional.empty(), Optional.empty());
  }

  /** The same one, whose credential ends then. */
  public Caller until(Instant end) {
    return new Caller(principal, grants, credential, address, Optional.of(end), federationId);
  }

  /** The same one, let in by this rule. */
  public Caller by(long federation) {
    return new Caller(principal, grants, credential, address, validUntil, Optional.of(federation));
  }

  /** The same one, calling from there. */
  public Caller from(String clientAddress) {
    return new Caller(principal, grants, credential, clientAddress, validUntil, federationId);
  }

  /** The same principal without the limits of its token. */
  public Caller withoutLimits() {
    return new Caller(principal, Optional.empty(), credential, address, validUntil, federationId);
  }

  /** Whether no credential at all was presented (an anonymous token is one). */
  public boolean isUnauthenticated() {
    return principal instanceof Principal.Anonymous && grants.isEmpty();
  }

  /** Whether nobody in particular is calling, with or without a token. */
  public boolean isAnonymous() {
    return principal instanceof Principal.Anonymous;
  }
}
