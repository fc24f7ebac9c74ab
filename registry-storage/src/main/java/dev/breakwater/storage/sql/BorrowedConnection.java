package dev.breakwater.storage.sql;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A connection of the pool and the transaction on it, from begin to end.
 *
 * <p>A commit that was sent goes on even if nobody waits for it any more: to roll back behind it
 * would be too late, and the connection must not be lent before its answer came.
 */
final class BorrowedConnection {
  private final Connection connection;
  private final AtomicReference<@Nullable Mono<Void>> committing = new AtomicReference<>();
  private volatile boolean begun;

  BorrowedConnection(Connection connection) {
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  Mono<Void> begin() {
    return Mono.defer(() -> {
      begun = true;
      return Mono.from(connection.beginTransaction());
    });
  }

  /** Sends the commit; whoever stops waiting for it does not stop it. */
  Mono<Void> commit() {
    return Mono.defer(() -> {
      Mono<Void> commit = Mono.from(connection.commitTransaction()).cache();
      committing.set(commit);
      return commit;
    });
  }

  /** When its work is done. */
  Mono<Void> giveBack() {
    return OpenConnections.quietly(connection.close());
  }

  /**
   * When its work failed. A connection that the server ended goes back to the pool before its
   * socket says so; it must not be lent again.
   */
  Mono<Void> giveBackAfter(Throwable error) {
    Throwable reason = error instanceof NothingHappened nothing ? nothing.getCause() : error;
    return end()
        .then(Mono.defer(() -> SqlErrors.isLoss(reason) ? closePhysically() : Mono.empty()))
        .then(Mono.defer(this::giveBack));
  }

  /** When nobody waits for its work any more. */
  Mono<Void> takeBack() {
    return end().then(Mono.defer(this::giveBack));
  }

  /** Rolls a transaction back, unless there is none or its commit is good. */
  private Mono<Void> end() {
    return Mono.defer(() -> {
      if (!begun) {
        return Mono.empty();
      }
      Mono<Void> commit = committing.get();
      return commit == null ? rollback() : commit.onErrorResume(Exception.class, _ -> rollback());
    });
  }

  /** A connection that cannot even roll back is not lent again. */
  private Mono<Void> rollback() {
    return OpenConnections.quietly(
        Mono.from(connection.rollbackTransaction())
            .onErrorResume(R2dbcException.class, _ -> closePhysically()));
  }

  private Mono<Void> closePhysically() {
    return OpenConnections.leave(CachingConnection.physical(connection));
  }
}
