package dev.breakwater.storage.sql;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One statement on a connection. */
final class SqlStatement {
  private SqlStatement() {}

  static <T> Mono<T> one(
      Connection connection, String sql, Function<Readable, T> mapper, Object... parameters) {
    return rows(connection, sql, mapper, parameters).singleOrEmpty();
  }

  static <T> Mono<List<T>> many(
      Connection connection, String sql, Function<Readable, T> mapper, Object... parameters) {
    return rows(connection, sql, mapper, parameters).collectList();
  }

  static Mono<Long> update(Connection connection, String sql, Object... parameters) {
    return Flux.from(bind(connection, sql, parameters).execute())
        .concatMap(Result::getRowsUpdated)
        .reduce(0L, Long::sum);
  }

  private static <T> Flux<T> rows(
      Connection connection, String sql, Function<Readable, T> mapper, Object... parameters) {
    return Flux.from(bind(connection, sql, parameters).execute())
        .concatMap(result -> result.map(mapper));
  }

  private static Statement bind(Connection connection, String sql, Object... parameters) {
    Statement statement = connection.createStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.bind(i, parameters[i]);
    }
    return statement;
  }
}
