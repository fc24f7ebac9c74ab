package dev.breakwater.core.allowlist;

import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Allowlists of a test. */
public final class InMemoryAllowlistRepository implements AllowlistRepository {
  private final Map<Optional<Long>, CveAllowlist> lists = new HashMap<>();

  @Override
  public Mono<CveAllowlist> find(Optional<Long> projectId) {
    return Mono.fromSupplier(() -> get(projectId));
  }

  private CveAllowlist get(Optional<Long> projectId) {
    return lists.getOrDefault(projectId, CveAllowlist.empty(projectId));
  }

  @Override
  public Mono<Map<Long, CveAllowlist>> ofProjects(Set<Long> projectIds) {
    return Mono.fromSupplier(() ->
        projectIds.stream()
            .collect(Collectors.toMap(Function.identity(), id -> get(Optional.of(id)))));
  }

  @Override
  public Mono<Void> put(
      Tx tx, Optional<Long> projectId, List<CveId> items, Optional<Instant> expiresAt) {
    return Mono.fromRunnable(() ->
        lists.put(
            projectId,
            new CveAllowlist(1, projectId, items, expiresAt, Instant.EPOCH, Instant.EPOCH)));
  }
}
