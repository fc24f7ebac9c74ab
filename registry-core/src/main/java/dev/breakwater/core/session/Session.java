package dev.breakwater.core.session;

import java.time.Instant;

/**
 * A browser that is logged in.
 *
 * @param userId whose it is
 * @param renewedAt when its end was last put off
 */
public record Session(long userId, Instant createdAt, Instant renewedAt, Instant expiresAt) {}
