package dev.breakwater.http.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Redis.
 *
 * @param url empty: none
 * @param sentinelUsername who to log in as at the sentinels
 * @param authorities a PEM file with whom to trust
 * @param timeout how long an answer may take
 */
public record RedisSettings(
    Optional<String> url,
    Optional<String> username,
    Optional<Secret> password,
    Optional<String> sentinelUsername,
    Optional<Secret> sentinelPassword,
    Optional<Path> authorities,
    Duration timeout) {

  /** Without the URL, which may hold a password: this may end up in a log. */
  @Override
  public String toString() {
    return "RedisSettings[" + (url.isPresent() ? "used" : "none") + "]";
  }
}
