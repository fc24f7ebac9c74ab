package dev.breakwater.core.blob;

import dev.breakwater.core.quota.Promise;
import dev.breakwater.core.quota.QuotaRepository;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** Upload sessions in memory, for tests. */
public final class InMemoryUploadRepository implements UploadRepository {
  private final Map<UploadId, UploadSession> sessions = new ConcurrentHashMap<>();
  private final Map<UploadId, Instant> touched = new ConcurrentHashMap<>();
  private final Clock clock;
  private final QuotaRepository quotas;
  private volatile Mono<Void> delay = Mono.empty();
  private volatile Mono<Void> gate = Mono.empty();

  public InMemoryUploadRepository(Clock clock, QuotaRepository quotas) {
    this.clock = clock;
    this.quotas = quotas;
  }

  /** How many sessions there are. */
  int count() {
    return sessions.size();
  }

  /** Sessions are there that late. */
  void delayCreation(Mono<Void> by) {
    delay = by;
  }

  /** Every change waits for this first, or ends with its error. */
  void changeAfter(Mono<Void> by) {
    gate = by;
  }

  @Override
  public Mono<Void> create(UploadSession session) {
    return Mono.defer(() -> gate.then(delay))
        .then(
            Mono.fromRunnable(() -> {
              sessions.put(session.id(), session);
              touched.put(session.id(), clock.instant());
            }));
  }

  @Override
  public Mono<Promise> create(UploadSession session, long bytes, Instant until) {
    return create(session)
        .then(
            Mono.defer(
                () -> quotas.reserve(session.projectId(), session.id().value(), bytes, 0, until)));
  }

  @Override
  public Mono<UploadSession> find(UploadId id) {
    return Mono.fromSupplier(() -> sessions.get(id));
  }

  @Override
  public Mono<Boolean> restore(UploadSession session) {
    return create(session).thenReturn(true);
  }

  @Override
  public Mono<Boolean> advance(UploadId id, long from, long to) {
    return Mono.defer(() -> gate)
        .then(
            Mono.fromSupplier(() -> {
              touched.put(id, clock.instant());
              UploadSession session = sessions.get(id);
              return session != null
                  && session.received() == from
                  && sessions.replace(id, session, session.withReceived(to));
            }));
  }

  @Override
  public Mono<Boolean> delete(UploadId id) {
    return Mono.defer(() -> gate).then(Mono.fromSupplier(() -> sessions.remove(id) != null));
  }

  @Override
  public Mono<Void> touch(Collection<UploadId> ids) {
    return Mono.fromRunnable(() -> ids.forEach(id -> touched.put(id, clock.instant())));
  }

  @Override
  public Mono<List<UploadId>> untouchedSince(Instant instant, int limit) {
    return Mono.fromSupplier(() ->
        sessions.keySet().stream()
            .filter(id -> touched.getOrDefault(id, Instant.MAX).isBefore(instant))
            .sorted(Comparator.comparing(id -> touched.getOrDefault(id, Instant.MAX)))
            .limit(limit)
            .toList());
  }
}
