package dev.breakwater.http.app.config;

import static dev.breakwater.http.app.config.Setting.optional;
import static dev.breakwater.http.app.config.Setting.required;

import dev.breakwater.http.app.config.Setting.Visibility;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of {@code redis}. */
final class RedisSettingTable {
  static final Setting<Optional<String>> URL =
      optional(
              "redis.url",
              ValueParser.text(),
              "redis://host:6379/0, redis+sentinel://host:26379,host:26379/master/0 or"
                  + " redis-cluster://host:6379,host:6379, rediss for TLS; empty: PostgreSQL keeps"
                  + " replicas in step")
          .withVisibility(Visibility.WITHOUT_USER);
  static final Setting<Optional<String>> USERNAME =
      optional("redis.username", ValueParser.text(), "Who to log in as there; empty: the default");
  static final Setting<Optional<Secret>> PASSWORD =
      optional("redis.password", ValueParser.secret(1), "The password of that user")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<String>> SENTINEL_USERNAME =
      optional("redis.sentinel-username", ValueParser.text(), "Who to log in as at the sentinels");
  static final Setting<Optional<Secret>> SENTINEL_PASSWORD =
      optional("redis.sentinel-password", ValueParser.secret(1), "The password of the sentinels")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<Path>> CA_CERTIFICATE =
      optional(
          "redis.ca-certificate",
          ValueParser.path(),
          "PEM file with the authorities that vouch for Redis; empty: those of Java");
  static final Setting<Duration> TIMEOUT =
      required(
          "redis.timeout",
          "500ms",
          ValueParser.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
          "How long an answer of Redis may take before it is done without");

  /** In the README's order. */
  static final List<Setting<?>> ALL =
      List.of(
          URL, USERNAME, PASSWORD, SENTINEL_USERNAME, SENTINEL_PASSWORD, CA_CERTIFICATE, TIMEOUT);

  private RedisSettingTable() {}
}
