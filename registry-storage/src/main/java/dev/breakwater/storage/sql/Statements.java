package dev.breakwater.storage.sql;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Runs single statements, either each for itself ({@link Database}) or in a transaction ({@link
 * Database#in}).
 *
 * <p>Results are collected before anything else may use the connection; a statement that could give
 * many rows has a LIMIT. Parameters are bound to {@code $1}, {@code $2} and so on; {@link
 * Database#nullable} binds what may be absent. A mapper returns no null.
 */
public interface Statements {
  /** The only row, or empty. */
  <T> Mono<T> one(String sql, Function<Readable, T> mapper, Object... parameters);

  /** All rows. */
  <T> Mono<List<T>> many(String sql, Function<Readable, T> mapper, Object... parameters);

  /** How many rows it changed. */
  Mono<Long> update(String sql, Object... parameters);
}
