package dev.breakwater.storage.sql;

import java.time.Duration;

/**
 * How connections to the database are made and kept.
 *
 * @param size how many at most
 * @param acquireTimeout how long a request waits for a free one
 * @param connectTimeout how long it may take to make one, log-in included
 * @param statementTimeout after which time the server ends a statement; zero: never
 * @param maxIdle after which time without use one is closed
 * @param maxLife after which time one is closed whatever happens, so that they spread anew over the
 *     servers behind an address
 * @param pooler whether another pool is in front of the server that lends connections for a
 *     transaction at a time, as pgbouncer does: nothing can be kept in a connection then, neither
 *     prepared statements nor LISTEN
 */
public record PoolSettings(
    int size,
    Duration acquireTimeout,
    Duration connectTimeout,
    Duration statementTimeout,
    Duration maxIdle,
    Duration maxLife,
    boolean pooler) {
  public static final PoolSettings DEFAULT =
      new PoolSettings(
          16,
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ZERO,
          Duration.ofMinutes(2),
          Duration.ofMinutes(30),
          false);

  PoolSettings withSize(int connections) {
    return new PoolSettings(
        connections, acquireTimeout, connectTimeout, statementTimeout, maxIdle, maxLife, pooler);
  }

  PoolSettings withAcquireTimeout(Duration patience) {
    return new PoolSettings(
        size, patience, connectTimeout, statementTimeout, maxIdle, maxLife, pooler);
  }
}
