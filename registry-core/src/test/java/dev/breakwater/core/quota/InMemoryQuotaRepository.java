package dev.breakwater.core.quota;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The quota of one project in memory, for tests: whatever its number. */
public final class InMemoryQuotaRepository implements QuotaRepository {
  private final Map<UUID, Long> promises = new HashMap<>();
  private long limit = Quota.UNLIMITED;
  private long used;

  public void limitTo(long bytes) {
    limit = bytes;
  }

  /** What the project holds now. */
  public void use(long bytes) {
    used = bytes;
  }

  /** How many bytes are promised in all. */
  public long promised() {
    return promises.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public Mono<Long> limit(long projectId) {
    return Mono.fromSupplier(() -> limit);
  }

  @Override
  public Mono<Promise> reserve(long projectId, UUID id, long wanted, long needed, Instant expiry) {
    return Mono.fromSupplier(() -> {
      long promised = promised();
      long left = limit == Quota.UNLIMITED ? wanted : limit - used - promised;
      long granted = Math.min(wanted, left);
      if (granted < needed || granted < 0) {
        return new Promise(-1, used, promised, limit);
      }
      promises.merge(id, granted, Long::sum);
      return new Promise(granted, used, promised, limit);
    });
  }

  @Override
  public Mono<Void> allow(long projectId, UUID id, long bytes, Instant expiry) {
    return Mono.fromRunnable(() -> promises.merge(id, bytes, Long::sum));
  }

  @Override
  public Mono<Long> reserved(UUID id) {
    return Mono.fromSupplier(() -> promises.getOrDefault(id, 0L));
  }

  @Override
  public Mono<Void> shrink(UUID id, long bytes) {
    return Mono.fromRunnable(() ->
        promises.computeIfPresent(
            id, (_, promised) -> bytes == 0 ? null : Math.min(promised, bytes)));
  }

  @Override
  public Mono<Boolean> holds(long projectId, String digest) {
    return Mono.just(false);
  }

  @Override
  public Mono<Quota> find(long projectId) {
    return Mono.fromSupplier(
        () -> new Quota(projectId, "team", "", limit, used, Instant.EPOCH, Instant.EPOCH));
  }

  @Override
  public Mono<Slice<Quota>> list(ListRequest request) {
    return find(1).map(quota -> new Slice<>(List.of(quota), 1));
  }

  @Override
  public Mono<Boolean> setLimit(Tx tx, long projectId, long bytes) {
    return Mono.fromSupplier(() -> {
      limit = bytes;
      return true;
    });
  }

  @Override
  public Mono<Folded> fold(Tx tx, int changes) {
    return Mono.just(new Folded(0, List.of()));
  }

  @Override
  public Mono<Long> removeExpired() {
    return Mono.just(0L);
  }

  @Override
  public Mono<Long> recount(long projectId) {
    return Mono.just(0L);
  }
}
