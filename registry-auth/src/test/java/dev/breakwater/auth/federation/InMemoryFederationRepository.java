package dev.breakwater.auth.federation;

import dev.breakwater.core.federation.Federation;
import dev.breakwater.core.federation.FederationRepository;
import dev.breakwater.core.federation.FederationTerms;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/** Rules of a test. */
final class InMemoryFederationRepository implements FederationRepository {
  private final Map<Long, Federation> rows = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();

  Federation add(FederationTerms terms) {
    Federation row = new Federation(lastId.incrementAndGet(), terms, Instant.EPOCH, Instant.EPOCH);
    rows.put(row.id(), row);
    return row;
  }

  @Override
  public Mono<Federation> find(long id) {
    return Mono.fromSupplier(() -> Optional.ofNullable(rows.get(id))).flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<List<Federation>> findEnabled(String issuer) {
    return Mono.fromSupplier(() ->
        rows.values().stream()
            .filter(row -> row.terms().enabled() && row.terms().issuer().equals(issuer))
            .toList());
  }

  @Override
  public Mono<Slice<Federation>> list(ListRequest request) {
    return Mono.fromSupplier(() -> new Slice<>(List.copyOf(rows.values()), rows.size()));
  }

  @Override
  public Mono<Federation> create(Tx tx, FederationTerms terms) {
    return Mono.fromSupplier(() -> add(terms));
  }

  @Override
  public Mono<Boolean> update(Tx tx, long id, FederationTerms terms) {
    return Mono.fromSupplier(() ->
        rows.computeIfPresent(
                id, (_, row) -> new Federation(id, terms, row.createdAt(), row.updatedAt()))
            != null);
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return Mono.fromSupplier(() -> rows.remove(id) != null);
  }
}
