package dev.breakwater.core.token;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Signing keys of a test. Counts the readings, so that caches can be tested. */
public final class InMemorySigningKeyRepository implements SigningKeyRepository {
  private final Map<String, SigningKey> rows = new LinkedHashMap<>();
  private int reads;

  @Override
  public Flux<SigningKey> findUsable(Instant retiredSince) {
    return Flux.defer(() -> Flux.fromIterable(usable(retiredSince)));
  }

  @Override
  public Mono<SigningKey> insertIfNoneActive(SigningKey candidate) {
    return Mono.fromSupplier(() -> insert(candidate));
  }

  @Override
  public Mono<Void> rotate(SigningKey next, Instant at) {
    return Mono.fromRunnable(() -> replace(next, at));
  }

  @Override
  public Mono<Boolean> rotateIfOlder(SigningKey next, Instant createdBefore, Instant at) {
    return Mono.fromSupplier(() -> replaceIfOlder(next, createdBefore, at));
  }

  @Override
  public Mono<Long> deleteRetiredBefore(Instant instant) {
    return Mono.fromSupplier(() -> delete(instant));
  }

  public synchronized int reads() {
    return reads;
  }

  private synchronized List<SigningKey> usable(Instant since) {
    reads++;
    return rows.values().stream()
        .filter(key -> !isRetiredBefore(key, since))
        .sorted(Comparator.comparing(SigningKey::createdAt))
        .toList();
  }

  private synchronized SigningKey insert(SigningKey candidate) {
    Optional<SigningKey> active = active(candidate.algorithm());
    if (active.isEmpty()) {
      rows.put(candidate.id(), candidate);
    }
    return active.orElse(candidate);
  }

  private synchronized void replace(SigningKey next, Instant at) {
    Optional<SigningKey> active = active(next.algorithm());
    if (active.isPresent() && active.get().id().equals(next.id())) {
      return;
    }
    active.ifPresent(key -> rows.put(key.id(), with(key, at)));
    rows.put(next.id(), with(next, null));
  }

  private synchronized boolean replaceIfOlder(SigningKey next, Instant createdBefore, Instant at) {
    boolean old =
        active(next.algorithm()).filter(key -> key.createdAt().isBefore(createdBefore)).isPresent();
    if (old) {
      replace(next, at);
    }
    return old;
  }

  private synchronized long delete(Instant instant) {
    long before = rows.size();
    rows.values().removeIf(key -> isRetiredBefore(key, instant));
    return before - rows.size();
  }

  private Optional<SigningKey> active(String algorithm) {
    return rows.values().stream()
        .filter(key -> key.algorithm().equals(algorithm) && key.retiredAt() == null)
        .findFirst();
  }

  private static boolean isRetiredBefore(SigningKey key, Instant instant) {
    Instant retired = key.retiredAt();
    return retired != null && retired.isBefore(instant);
  }

  private static SigningKey with(SigningKey key, @Nullable Instant retiredAt) {
    return new SigningKey(
        key.id(),
        key.algorithm(),
        key.sealedPrivateKey(),
        key.certificate(),
        key.createdAt(),
        retiredAt);
  }
}
