package dev.breakwater.core.allowlist;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.project.ProjectChange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * The allowlists that projects have of their own. They count where the project's metadata say that
 * the system's is not to be used instead.
 */
public final class ProjectAllowlists {
  private final AllowlistRepository allowlists;

  public ProjectAllowlists(AllowlistRepository allowlists) {
    this.allowlists = allowlists;
  }

  /** Of projects that the caller may see. */
  public Mono<Map<Long, CveAllowlist>> of(Set<Long> projectIds) {
    return allowlists.ofProjects(projectIds);
  }

  /**
   * Writes the whole of one, together with the project: who may change that may change this.
   *
   * @throws RegistryException BAD_REQUEST if there are too many items
   */
  public ProjectChange writing(List<CveId> items, Optional<Instant> expiresAt) {
    List<CveId> unique = SystemAllowlist.unique(items);
    return (tx, projectId) -> allowlists.put(tx, Optional.of(projectId), unique, expiresAt);
  }
}
