package dev.breakwater.storage.sql;

import io.r2dbc.spi.Connection;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A transaction and, once it is sent, its commit. */
final class RunningTransaction {
  private final TxConnection tx;
  private final Connection connection;
  private final AtomicReference<@Nullable Mono<Void>> committing = new AtomicReference<>();

  RunningTransaction(TxConnection tx, Connection connection) {
    this.tx = tx;
    this.connection = connection;
  }

  TxConnection tx() {
    return tx;
  }

  /** Sends the commit; whoever stops waiting for it does not stop it. */
  Mono<Void> commit() {
    return Mono.defer(() -> {
      Mono<Void> commit = Mono.from(connection.commitTransaction()).cache();
      committing.set(commit);
      return commit;
    });
  }

  /** Rolls back, unless the commit was sent and is good. */
  Mono<Void> end(Mono<Void> rollback) {
    return Mono.defer(() -> {
      Mono<Void> commit = committing.get();
      return commit == null ? rollback : commit.onErrorResume(Exception.class, _ -> rollback);
    });
  }
}
