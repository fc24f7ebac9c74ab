package dev.breakwater.core.allowlist;

import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The rows of allowlists. */
public interface AllowlistRepository {
  /**
   * @param projectId empty: the system's; an empty one if nobody has written it
   */
  Mono<CveAllowlist> find(Optional<Long> projectId);

  /** Those of projects; an empty one where nobody has written it. */
  Mono<Map<Long, CveAllowlist>> ofProjects(Set<Long> projectIds);

  /** Writes the whole of it. */
  Mono<Void> put(Tx tx, Optional<Long> projectId, List<CveId> items, Optional<Instant> expiresAt);
}
