package dev.breakwater.auth.token;

import dev.breakwater.core.principal.Grants;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * A token whose signature and claims hold.
 *
 * @param userId the local user it was issued to; empty for an anonymous one
 * @param expiresAt its claim {@code exp}
 */
public record VerifiedToken(OptionalLong userId, Grants grants, Instant expiresAt) {}
