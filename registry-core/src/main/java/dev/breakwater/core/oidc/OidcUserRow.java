package dev.breakwater.core.oidc;

import java.time.Instant;
import java.util.Optional;

/** The same as a row: what is secret is sealed. */
public record OidcUserRow(
    long userId,
    String issuer,
    String subject,
    String sealedSecret,
    Optional<String> sealedTokens,
    Instant tokensExpireAt,
    Instant updatedAt) {}
