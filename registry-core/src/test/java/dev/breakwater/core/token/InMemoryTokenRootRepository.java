package dev.breakwater.core.token;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The token root of a test. */
public final class InMemoryTokenRootRepository implements TokenRootRepository {
  private final AtomicReference<@Nullable TokenRoot> row = new AtomicReference<>();

  @Override
  public Mono<TokenRoot> find() {
    return Mono.defer(() -> Mono.justOrEmpty(row.get()));
  }

  @Override
  public Mono<TokenRoot> insertIfAbsent(TokenRoot candidate) {
    return Mono.defer(() -> {
      row.compareAndSet(null, candidate);
      return Mono.justOrEmpty(row.get());
    });
  }
}
