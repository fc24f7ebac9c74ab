package dev.breakwater.core.transaction;

import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Runs work in one transaction. */
public interface Transactions {
  /**
   * Begins, runs the work, commits; rolls back when the work fails or is cancelled. The work may
   * run twice when the database reports a serialisation failure or a deadlock, so it must have no
   * other effects.
   */
  <T> Mono<T> inTx(Function<Tx, Mono<T>> work);
}
