package dev.breakwater.core.transaction;

import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Runs the work at once; rows in memory cannot be rolled back. */
public final class InMemoryTransactions implements Transactions {
  @Override
  public <T> Mono<T> inTx(Function<Tx, Mono<T>> work) {
    return Mono.defer(() -> work.apply(new Running()));
  }

  private record Running() implements Tx {}
}
