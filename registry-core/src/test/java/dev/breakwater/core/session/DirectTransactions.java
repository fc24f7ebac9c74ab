package dev.breakwater.core.session;

import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Runs the work without any database. */
final class DirectTransactions implements Transactions {
  private static final Tx NONE = new Tx() {};

  @Override
  public <T> Mono<T> inTx(Function<Tx, Mono<T>> work) {
    return Mono.defer(() -> work.apply(NONE));
  }
}
