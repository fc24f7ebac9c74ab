package dev.breakwater.http.app.config;

import static dev.breakwater.http.app.config.Setting.optional;
import static dev.breakwater.http.app.config.Setting.required;

import dev.breakwater.http.app.config.Setting.Visibility;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of {@code database}. */
final class DatabaseSettingTable {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  static final Setting<Optional<String>> URL =
      optional(
              "database.url",
              ValueParser.text(),
              "PostgreSQL 15 or newer, such as postgresql://host:5432/breakwater; empty: an"
                  + " embedded one under <data.dir>")
          .withVisibility(Visibility.WITHOUT_USER);
  static final Setting<Optional<String>> USERNAME =
      optional("database.username", ValueParser.text(), "Who to log in as there");
  static final Setting<Optional<Secret>> PASSWORD =
      optional("database.password", ValueParser.secret(1), "The password of that user")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Integer> POOL_SIZE =
      required(
          "database.pool-size",
          "16",
          ValueParser.number(2, 1000),
          "How many connections to the database at most");
  static final Setting<Duration> ACQUIRE_TIMEOUT =
      required(
          "database.acquire-timeout",
          "5s",
          ValueParser.duration(Duration.ofMillis(100), HOUR),
          "How long a request waits for a free connection before it is answered with 503");
  static final Setting<Duration> CONNECT_TIMEOUT =
      required(
          "database.connect-timeout",
          "5s",
          ValueParser.duration(Duration.ofMillis(100), HOUR),
          "How long it may take to connect and log in");
  static final Setting<Duration> STATEMENT_TIMEOUT =
      required(
          "database.statement-timeout",
          "0s",
          ValueParser.duration(Duration.ZERO, DAY),
          "After which time the server ends a statement; 0s: never");
  static final Setting<Duration> MAX_IDLE =
      required(
          "database.max-idle",
          "2m",
          ValueParser.duration(SECOND, DAY),
          "After which time without use a connection is closed");
  static final Setting<Duration> MAX_LIFE =
      required(
          "database.max-life",
          "30m",
          ValueParser.duration(SECOND, DAY),
          "After which time a connection is closed whatever happens");
  static final Setting<Optional<Path>> ROOT_CERTIFICATE =
      optional(
          "database.root-certificate",
          ValueParser.path(),
          "PEM file with the authorities that vouch for the server, for sslmode=verify-ca and"
              + " verify-full in database.url; empty: those of Java");
  static final Setting<Boolean> PGBOUNCER =
      required(
          "database.pgbouncer",
          "false",
          ValueParser.flag(),
          "Whether a pgbouncer in transaction mode is in front of the server");

  /** In the README's order. */
  static final List<Setting<?>> ALL =
      List.of(
          URL,
          USERNAME,
          PASSWORD,
          ROOT_CERTIFICATE,
          POOL_SIZE,
          ACQUIRE_TIMEOUT,
          CONNECT_TIMEOUT,
          STATEMENT_TIMEOUT,
          MAX_IDLE,
          MAX_LIFE,
          PGBOUNCER);

  private DatabaseSettingTable() {}
}
