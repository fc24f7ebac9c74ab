package dev.breakwater.storage.sql;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One statement on a connection. */
final class SqlStatement {
  /** What a statement that only reads has none of; the last is a function of our schema. */
  private static final Pattern WRITES =
      Pattern.compile(
          "\\b(INSERT|UPDATE|DELETE|MERGE|CREATE|ALTER|DROP|set_config|setval|nextval|pg_notify|reserve_quota)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Map<String, Boolean> ONLY_READS = new ConcurrentHashMap<>();
  private static final int KNOWN = 2000;
  private static final int LARGE_BYTES = 16 * 1024;
  private static final int LARGE_ARRAY = 1000;

  private SqlStatement() {}

  /**
   * Whether running it twice is as good as once. Statements are few, and the same again and again.
   */
  static boolean onlyReads(String sql) {
    Boolean known = ONLY_READS.get(sql);
    if (known != null) {
      return known;
    }
    boolean reads = !WRITES.matcher(sql).find();
    if (ONLY_READS.size() < KNOWN) {
      ONLY_READS.put(sql, reads);
    }
    return reads;
  }

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
    Connection source = isLarge(parameters) ? CachingConnection.physical(connection) : connection;
    Statement statement = source.createStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.bind(i, parameters[i]);
    }
    return statement;
  }

  /** Whether a statement that is kept had better not hold these parameters. */
  private static boolean isLarge(Object... parameters) {
    for (Object parameter : parameters) {
      boolean large =
          switch (parameter) {
            case byte[] bytes -> bytes.length > LARGE_BYTES;
            case Object[] values -> values.length > LARGE_ARRAY;
            case String text -> text.length() > LARGE_BYTES;
            default -> false;
          };
      if (large) {
        return true;
      }
    }
    return false;
  }
}
