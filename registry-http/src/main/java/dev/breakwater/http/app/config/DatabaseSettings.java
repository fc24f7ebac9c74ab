package dev.breakwater.http.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The database.
 *
 * @param url {@code postgresql://host:port/name}, also with {@code r2dbc:} or {@code jdbc:} before
 *     it; empty: the embedded one
 * @param rootCertificate a PEM file with whom to trust
 * @param pool how connections are made and kept
 */
public record DatabaseSettings(
    Optional<String> url,
    Optional<String> username,
    Optional<Secret> password,
    Optional<Path> rootCertificate,
    Pool pool) {

  /**
   * Connections.
   *
   * @param size how many at most
   * @param acquireTimeout how long a request waits for a free one
   * @param connectTimeout how long it may take to make one
   * @param statementTimeout after which time the server ends a statement; zero: never
   * @param maxIdle after which time without use one is closed
   * @param maxLife after which time one is closed whatever happens
   * @param pgbouncer whether a pool in transaction mode is in front of the server
   */
  public record Pool(
      int size,
      Duration acquireTimeout,
      Duration connectTimeout,
      Duration statementTimeout,
      Duration maxIdle,
      Duration maxLife,
      boolean pgbouncer) {}

  /** Without the URL, which may hold a password: this may end up in a log. */
  @Override
  public String toString() {
    return "DatabaseSettings[" + (url.isPresent() ? "external" : "embedded") + "]";
  }
}
