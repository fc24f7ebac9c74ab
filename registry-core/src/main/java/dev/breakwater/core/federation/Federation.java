package dev.breakwater.core.federation;

import java.time.Instant;

/** A rule by which tokens of another issuer act as a robot. */
public record Federation(long id, FederationTerms terms, Instant createdAt, Instant updatedAt) {}
