package dev.breakwater.http.app.config;

import java.util.Optional;

/**
 * The database.
 *
 * @param url {@code postgresql://host:port/name}, also with {@code r2dbc:} or {@code jdbc:} before
 *     it; empty: the embedded one
 * @param poolSize how many connections at most
 */
public record DatabaseSettings(
    Optional<String> url, Optional<String> username, Optional<Secret> password, int poolSize) {

  /** Without the URL, which may hold a password: this may end up in a log. */
  @Override
  public String toString() {
    return "DatabaseSettings[" + (url.isPresent() ? "external" : "embedded") + "]";
  }
}
