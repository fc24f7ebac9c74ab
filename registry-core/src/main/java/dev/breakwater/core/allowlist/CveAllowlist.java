package dev.breakwater.core.allowlist;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Vulnerabilities that keep nobody from pulling.
 *
 * @param id 0: it was never written
 * @param projectId whose; empty: the system's
 * @param expiresAt when it no longer counts; empty: never
 */
public record CveAllowlist(
    long id,
    Optional<Long> projectId,
    List<CveId> items,
    Optional<Instant> expiresAt,
    Instant createdAt,
    Instant updatedAt) {
  public CveAllowlist {
    items = List.copyOf(items);
  }

  /** One that nobody has written yet. */
  public static CveAllowlist empty(Optional<Long> projectId) {
    return new CveAllowlist(
        0, projectId, List.of(), Optional.empty(), Instant.EPOCH, Instant.EPOCH);
  }
}
