package dev.breakwater.core.session;

import dev.breakwater.core.transaction.Tx;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Sessions of a test. */
final class InMemorySessionRepository implements SessionRepository {
  private final Map<ByteBuffer, Session> rows = new ConcurrentHashMap<>();
  private final AtomicInteger renewals = new AtomicInteger();

  int renewals() {
    return renewals.get();
  }

  Set<ByteBuffer> hashes() {
    return rows.keySet();
  }

  @Override
  public Mono<Void> insert(Tx tx, byte[] idHash, Session session) {
    return Mono.fromRunnable(() -> rows.put(ByteBuffer.wrap(idHash), session));
  }

  @Override
  public Mono<Session> find(byte[] idHash) {
    return Mono.fromSupplier(() -> Optional.ofNullable(rows.get(ByteBuffer.wrap(idHash))))
        .flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<Void> renew(byte[] idHash, Instant now, Instant expiresAt) {
    return Mono.fromRunnable(() -> {
      renewals.incrementAndGet();
      rows.computeIfPresent(
          ByteBuffer.wrap(idHash),
          (_, row) -> new Session(row.userId(), row.createdAt(), now, expiresAt));
    });
  }

  @Override
  public Mono<Boolean> delete(Tx tx, byte[] idHash) {
    return Mono.fromSupplier(() -> rows.remove(ByteBuffer.wrap(idHash)) != null);
  }

  @Override
  public Mono<Long> deleteExpired(Instant now) {
    return Mono.fromSupplier(() -> {
      long before = rows.size();
      rows.values().removeIf(row -> row.expiresAt().isBefore(now));
      return before - rows.size();
    });
  }
}
