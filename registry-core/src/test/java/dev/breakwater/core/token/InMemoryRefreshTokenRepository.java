package dev.breakwater.core.token;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** Refresh tokens of a test. */
public final class InMemoryRefreshTokenRepository implements RefreshTokenRepository {
  private final Map<ByteBuffer, RefreshToken> rows = new ConcurrentHashMap<>();

  @Override
  public Mono<Void> insert(byte[] hash, RefreshToken token) {
    return Mono.fromRunnable(() -> rows.put(ByteBuffer.wrap(hash), token));
  }

  @Override
  public Mono<RefreshToken> find(byte[] hash) {
    return Mono.fromSupplier(() -> Optional.ofNullable(rows.get(ByteBuffer.wrap(hash))))
        .flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<Boolean> replace(byte[] hash, byte[] nextHash, RefreshToken next) {
    return Mono.fromSupplier(() -> use(hash, nextHash, next));
  }

  private synchronized boolean use(byte[] hash, byte[] nextHash, RefreshToken next) {
    RefreshToken old = rows.get(ByteBuffer.wrap(hash));
    if (old == null || old.usedAt().isPresent()) {
      return false;
    }
    rows.put(
        ByteBuffer.wrap(hash),
        new RefreshToken(
            old.family(),
            old.userId(),
            old.robotId(),
            old.mark(),
            old.createdAt(),
            old.expiresAt(),
            Optional.of(next.createdAt())));
    rows.put(ByteBuffer.wrap(nextHash), next);
    return true;
  }

  @Override
  public Mono<Void> extend(byte[] hash, Instant expiresAt) {
    return Mono.empty();
  }

  @Override
  public Mono<Void> deleteFamily(UUID family) {
    return Mono.fromRunnable(() -> rows.values().removeIf(row -> row.family().equals(family)));
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
