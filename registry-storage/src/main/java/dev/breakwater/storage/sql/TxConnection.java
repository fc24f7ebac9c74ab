package dev.breakwater.storage.sql;

import dev.breakwater.core.transaction.Tx;
import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A transaction: its statements run on one connection, one after the other. */
final class TxConnection implements Tx, Statements {
  private final Database database;
  private final Connection connection;
  private final AtomicBoolean busy = new AtomicBoolean();

  TxConnection(Database database, Connection connection) {
    this.database = database;
    this.connection = connection;
  }

  boolean belongsTo(Database other) {
    return database == other;
  }

  @Override
  public <T> Mono<T> one(String sql, Function<Readable, T> mapper, Object... parameters) {
    return alone(Mono.defer(() -> SqlStatement.one(connection, sql, mapper, parameters)));
  }

  @Override
  public <T> Mono<List<T>> many(String sql, Function<Readable, T> mapper, Object... parameters) {
    return alone(Mono.defer(() -> SqlStatement.many(connection, sql, mapper, parameters)));
  }

  @Override
  public Mono<Long> update(String sql, Object... parameters) {
    return alone(Mono.defer(() -> SqlStatement.update(connection, sql, parameters)));
  }

  Mono<Void> script(String sql) {
    return alone(
        Flux.from(physical().createStatement(sql).execute())
            .concatMap(Result::getRowsUpdated)
            .then());
  }

  Mono<Long> copy(String sql, byte[] rows) {
    return alone(Mono.defer(() -> physical().copyIn(sql, Mono.just(Unpooled.wrappedBuffer(rows)))));
  }

  /** What the pool lends is a wrapper that knows no {@code COPY}. */
  private PostgresqlConnection physical() {
    return (PostgresqlConnection) CachingConnection.physical(connection);
  }

  private <T> Mono<T> alone(Mono<T> statement) {
    return Mono.defer(() -> {
      if (!busy.compareAndSet(false, true)) {
        return Mono.error(
            new IllegalStateException(
                "a statement of this transaction is still running; await its result first"));
      }
      // Before the signal goes on: whoever gets it may run the next statement at once.
      return statement.doOnTerminate(() -> busy.set(false)).doOnCancel(() -> busy.set(false));
    });
  }
}
