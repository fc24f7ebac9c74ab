package dev.breakwater.http.app.config;

import static dev.breakwater.http.app.config.Setting.optional;
import static dev.breakwater.http.app.config.Setting.required;

import dev.breakwater.auth.token.TokenAlgorithm;
import dev.breakwater.auth.token.TokenSettings;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.http.app.config.Setting.Visibility;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All settings there are. The loader, {@code breakwater config} and the README's table come from
 * here. Lists that others check in scripts: keys are a contract and do not change.
 */
final class SettingTable {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  static final Setting<Path> DATA_DIR =
      required(
          "data.dir",
          "./data",
          ValueParser.path(),
          "Where everything is kept that no other setting places elsewhere");
  static final Setting<String> HTTP_ADDRESS =
      required("http.address", "127.0.0.1", ValueParser.text(), "The address to listen on");
  static final Setting<Integer> HTTP_PORT =
      required(
          "http.port", "8080", ValueParser.port(), "The port to listen on; 0: the system chooses");
  static final Setting<Optional<URI>> EXTERNAL_URL =
      optional(
          "external.url",
          ValueParser.webAddress(),
          "Under which URL clients know this registry; empty: the address they used");
  static final Setting<String> MANAGEMENT_ADDRESS =
      required(
          "management.address",
          "127.0.0.1",
          ValueParser.text(),
          "The address of /metrics, /health/live and /health/ready");
  static final Setting<Integer> MANAGEMENT_PORT =
      required("management.port", "9090", ValueParser.port(), "Their port; 0: the system chooses");
  static final Setting<Optional<Secret>> ADMIN_PASSWORD =
      optional(
              "admin.password",
              ValueParser.secret(8),
              "The first password of the user admin, 8 characters or more; empty: one is made up,"
                  + " printed once and kept in <data.dir>/admin-password")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<Secret>> SECRET_KEY =
      optional(
              "secret.key",
              ValueParser.secret(SecretBox.MINIMUM_KEY_LENGTH),
              "Encrypts stored credentials and signing keys, 32 characters or more, the same on"
                  + " every replica; empty: one is made up and kept in <data.dir>/secret.key")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<String>> DATABASE_URL =
      optional(
              "database.url",
              ValueParser.text(),
              "PostgreSQL 15 or newer, such as postgresql://host:5432/breakwater; empty: an"
                  + " embedded one under <data.dir>")
          .withVisibility(Visibility.WITHOUT_USER);
  static final Setting<Optional<String>> DATABASE_USERNAME =
      optional("database.username", ValueParser.text(), "Who to log in as there");
  static final Setting<Optional<Secret>> DATABASE_PASSWORD =
      optional("database.password", ValueParser.secret(1), "The password of that user")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Integer> DATABASE_POOL_SIZE =
      required(
          "database.pool-size",
          "16",
          ValueParser.number(2, 1000),
          "How many connections to the database at most");
  static final Setting<Duration> DATABASE_ACQUIRE_TIMEOUT =
      required(
          "database.acquire-timeout",
          "5s",
          ValueParser.duration(Duration.ofMillis(100), HOUR),
          "How long a request waits for a free connection before it is answered with 503");
  static final Setting<Duration> DATABASE_CONNECT_TIMEOUT =
      required(
          "database.connect-timeout",
          "5s",
          ValueParser.duration(Duration.ofMillis(100), HOUR),
          "How long it may take to connect and log in");
  static final Setting<Duration> DATABASE_STATEMENT_TIMEOUT =
      required(
          "database.statement-timeout",
          "0s",
          ValueParser.duration(Duration.ZERO, DAY),
          "After which time the server ends a statement; 0s: never");
  static final Setting<Duration> DATABASE_MAX_IDLE =
      required(
          "database.max-idle",
          "2m",
          ValueParser.duration(SECOND, DAY),
          "After which time without use a connection is closed");
  static final Setting<Duration> DATABASE_MAX_LIFE =
      required(
          "database.max-life",
          "30m",
          ValueParser.duration(SECOND, DAY),
          "After which time a connection is closed whatever happens");
  static final Setting<Optional<Path>> DATABASE_ROOT_CERTIFICATE =
      optional(
          "database.root-certificate",
          ValueParser.path(),
          "PEM file with the authorities that vouch for the server, for sslmode=verify-ca and"
              + " verify-full in database.url; empty: those of Java");
  static final Setting<Boolean> DATABASE_PGBOUNCER =
      required(
          "database.pgbouncer",
          "false",
          ValueParser.flag(),
          "Whether a pgbouncer in transaction mode is in front of the server");
  static final Setting<Optional<String>> REDIS_URL =
      optional(
              "redis.url",
              ValueParser.text(),
              "redis://host:6379/0, redis+sentinel://host:26379,host:26379/master/0 or"
                  + " redis-cluster://host:6379,host:6379, rediss for TLS; empty: PostgreSQL keeps"
                  + " replicas in step")
          .withVisibility(Visibility.WITHOUT_USER);
  static final Setting<Optional<String>> REDIS_USERNAME =
      optional("redis.username", ValueParser.text(), "Who to log in as there; empty: the default");
  static final Setting<Optional<Secret>> REDIS_PASSWORD =
      optional("redis.password", ValueParser.secret(1), "The password of that user")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<String>> REDIS_SENTINEL_USERNAME =
      optional("redis.sentinel-username", ValueParser.text(), "Who to log in as at the sentinels");
  static final Setting<Optional<Secret>> REDIS_SENTINEL_PASSWORD =
      optional("redis.sentinel-password", ValueParser.secret(1), "The password of the sentinels")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<Path>> REDIS_CA_CERTIFICATE =
      optional(
          "redis.ca-certificate",
          ValueParser.path(),
          "PEM file with the authorities that vouch for Redis; empty: those of Java");
  static final Setting<Duration> REDIS_TIMEOUT =
      required(
          "redis.timeout",
          "500ms",
          ValueParser.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
          "How long an answer of Redis may take before it is done without");
  static final Setting<StorageDriver> STORAGE_DRIVER =
      required(
          "storage.driver",
          "filesystem",
          ValueParser.oneOf(StorageDriver.class),
          "Where blobs are kept: filesystem, s3 (any service that speaks S3), azblob, gcs, swift,"
              + " oss, obs or cos");
  static final Setting<Optional<Path>> STORAGE_FILESYSTEM_ROOT =
      optional(
          "storage.filesystem.root",
          ValueParser.path(),
          "The folder of the blobs; empty: <data.dir>/storage");
  static final Setting<Optional<Path>> TLS_CERTIFICATE =
      optional(
          "tls.certificate",
          ValueParser.path(),
          "PEM file with the certificate and its chain; set: HTTPS. Renewed files are picked up");
  static final Setting<Optional<Path>> TLS_KEY =
      optional("tls.key", ValueParser.path(), "PEM file with the certificate's private key");
  static final Setting<Optional<List<String>>> HTTP_TRUSTED_PROXIES =
      optional(
          "http.trusted-proxies",
          ValueParser.list(ValueParser.network()),
          "Address ranges of the proxies whose X-Forwarded-* headers count, such as 10.0.0.0/8");
  static final Setting<Integer> HTTP_MAX_CONNECTIONS =
      required(
          "http.max-connections",
          "10000",
          ValueParser.number(1, 1_000_000),
          "How many connections at once; more are closed");
  static final Setting<Integer> HTTP_MAX_HEADER_SIZE =
      required(
          "http.max-header-size",
          "64KiB",
          ValueParser.size(4 * 1024, 1024 * 1024),
          "How large the headers of a request may be in all");
  static final Setting<Integer> HTTP_MAX_URI_LENGTH =
      required(
          "http.max-uri-length",
          "16KiB",
          ValueParser.size(1024, 1024 * 1024),
          "How long the first line of a request may be");
  static final Setting<Duration> HTTP_IDLE_TIMEOUT =
      required(
          "http.idle-timeout",
          "60s",
          ValueParser.duration(SECOND, HOUR),
          "After which time without a whole request a connection is closed");
  static final Setting<Duration> HTTP_STALL_TIMEOUT =
      required(
          "http.stall-timeout",
          "60s",
          ValueParser.duration(SECOND, HOUR),
          "After which time without a byte an upload or a download is given up");
  static final Setting<Integer> HTTP_MAX_CONCURRENT_UPLOADS =
      required(
          "http.max-concurrent-uploads",
          "1000",
          ValueParser.number(1, 1_000_000),
          "How many requests may bring bytes at once; more are answered with 429");
  static final Setting<Duration> SHUTDOWN_GRACE =
      required(
          "shutdown.grace",
          "30s",
          ValueParser.duration(Duration.ZERO, HOUR),
          "How long running transfers may go on after SIGTERM");
  static final Setting<Duration> SHUTDOWN_DELAY =
      required(
          "shutdown.delay",
          "0s",
          ValueParser.duration(Duration.ZERO, HOUR),
          "How long requests are still taken after SIGTERM while /health/ready is 503 already, so"
              + " that load balancers go elsewhere first");
  static final Setting<Duration> UPLOAD_EXPIRY =
      required(
          "upload.expiry",
          "24h",
          ValueParser.duration(Duration.ofMinutes(1), DAY.multipliedBy(365)),
          "After which time without progress an unfinished upload is removed");
  static final Setting<Duration> GC_LEASE =
      required(
          "gc.lease",
          "24h",
          ValueParser.duration(Duration.ZERO, DAY.multipliedBy(365)),
          "How long a pushed, mounted or looked-up blob stays without a manifest; 2h at least");
  static final Setting<Boolean> GC_ALLOW_SHORT_LEASE =
      required(
          "gc.allow-short-lease",
          "false",
          ValueParser.flag(),
          "Whether gc.lease may be below 2h: for tests alone, pushes may fail then");
  static final Setting<Duration> UNDO_WINDOW =
      required(
          "undo.window",
          "24h",
          ValueParser.duration(Duration.ZERO, DAY.multipliedBy(365)),
          "How long deleted artifacts can be brought back; 0s: not at all");
  static final Setting<Integer> TAG_HISTORY_DAYS =
      required(
          "tag-history.days",
          "30",
          ValueParser.number(1, 3650),
          "How long it is kept who moved which tag");
  static final Setting<Integer> JOB_WORKERS =
      required(
          "job.workers",
          "10",
          ValueParser.number(1, 100),
          "How many jobs (garbage collection, retention and others) this replica runs at once");
  static final Setting<Boolean> MANIFEST_SPARSE_INDEXES =
      required(
          "manifest.sparse-indexes",
          "false",
          ValueParser.flag(),
          "Whether an index may name manifests that are not here");
  static final Setting<TokenAlgorithm> TOKEN_ALGORITHM =
      required(
          "token.algorithm",
          "ES256",
          ValueParser.oneOf(TokenAlgorithm.class),
          "How tokens are signed: ES256 or RS256");
  static final Setting<Duration> TOKEN_LIFETIME =
      required(
          "token.lifetime",
          "30m",
          ValueParser.duration(TokenSettings.MIN_LIFETIME, DAY),
          "How long a token is good for");
  static final Setting<String> TOKEN_ISSUER =
      required(
          "token.issuer",
          "breakwater-token-issuer",
          ValueParser.text(),
          "The issuer in tokens (auth.token.issuer of a registry that trusts them)");
  static final Setting<String> TOKEN_SERVICE =
      required(
          "token.service",
          "breakwater-registry",
          ValueParser.text(),
          "The service in tokens (auth.token.service of a registry that trusts them)");
  static final Setting<Optional<Path>> TOKEN_KEY =
      optional(
          "token.key",
          ValueParser.path(),
          "PEM file with a private key to sign tokens with; empty: one is made and kept encrypted"
              + " in the database");
  static final Setting<Boolean> SECURITY_ALLOW_INTERNAL_TARGETS =
      required(
          "security.allow-internal-targets",
          "false",
          ValueParser.flag(),
          "Whether directories and identity providers may be on loopback and link-local addresses");
  static final Setting<Optional<Path>> LDAP_CA_CERTIFICATE =
      optional(
          "ldap.ca-certificate",
          ValueParser.path(),
          "PEM file with the authorities that vouch for the directory; empty: those of Java");
  static final Setting<Optional<Path>> AUDIT_CA_CERTIFICATE =
      optional(
          "audit.ca-certificate",
          ValueParser.path(),
          "PEM file with the authorities that vouch for the receiver of the audit log; empty: those"
              + " of Java");
  static final Setting<LogFormat> LOG_FORMAT =
      required(
          "log.format",
          "text",
          ValueParser.oneOf(LogFormat.class),
          "What log lines look like: text or json");
  static final Setting<LogLevel> LOG_LEVEL =
      required(
          "log.level",
          "info",
          ValueParser.oneOf(LogLevel.class),
          "From which level on: error, warn, info, debug or trace");

  private static final List<Setting<?>> GENERAL =
      List.of(
          DATA_DIR,
          HTTP_ADDRESS,
          HTTP_PORT,
          EXTERNAL_URL,
          TLS_CERTIFICATE,
          TLS_KEY,
          HTTP_TRUSTED_PROXIES,
          HTTP_MAX_CONNECTIONS,
          HTTP_MAX_HEADER_SIZE,
          HTTP_MAX_URI_LENGTH,
          HTTP_IDLE_TIMEOUT,
          HTTP_STALL_TIMEOUT,
          HTTP_MAX_CONCURRENT_UPLOADS,
          MANAGEMENT_ADDRESS,
          MANAGEMENT_PORT,
          ADMIN_PASSWORD,
          SECRET_KEY,
          DATABASE_URL,
          DATABASE_USERNAME,
          DATABASE_PASSWORD,
          DATABASE_ROOT_CERTIFICATE,
          DATABASE_POOL_SIZE,
          DATABASE_ACQUIRE_TIMEOUT,
          DATABASE_CONNECT_TIMEOUT,
          DATABASE_STATEMENT_TIMEOUT,
          DATABASE_MAX_IDLE,
          DATABASE_MAX_LIFE,
          DATABASE_PGBOUNCER,
          REDIS_URL,
          REDIS_USERNAME,
          REDIS_PASSWORD,
          REDIS_SENTINEL_USERNAME,
          REDIS_SENTINEL_PASSWORD,
          REDIS_CA_CERTIFICATE,
          REDIS_TIMEOUT,
          STORAGE_DRIVER,
          STORAGE_FILESYSTEM_ROOT,
          UPLOAD_EXPIRY,
          GC_LEASE,
          GC_ALLOW_SHORT_LEASE,
          UNDO_WINDOW,
          TAG_HISTORY_DAYS,
          JOB_WORKERS,
          MANIFEST_SPARSE_INDEXES,
          TOKEN_ALGORITHM,
          TOKEN_LIFETIME,
          TOKEN_ISSUER,
          TOKEN_SERVICE,
          TOKEN_KEY,
          SHUTDOWN_DELAY,
          SHUTDOWN_GRACE,
          SECURITY_ALLOW_INTERNAL_TARGETS,
          LDAP_CA_CERTIFICATE,
          AUDIT_CA_CERTIFICATE,
          LOG_FORMAT,
          LOG_LEVEL);

  static final List<Setting<?>> ALL = withDrivers();

  /** What is of one driver alone stands behind what is of all. */
  private static List<Setting<?>> withDrivers() {
    List<Setting<?>> all = new ArrayList<>(GENERAL);
    all.addAll(all.indexOf(STORAGE_FILESYSTEM_ROOT) + 1, CloudSettingTable.ALL);
    all.addAll(all.indexOf(STORAGE_FILESYSTEM_ROOT) + 1, S3SettingTable.ALL);
    return List.copyOf(all);
  }

  private SettingTable() {}

  /** The README's table; what Markdown would take for a tag is set as code. */
  static String markdown() {
    StringBuilder table = new StringBuilder("| setting | default | what it is |\n|---|---|---|\n");
    for (Setting<?> setting : ALL) {
      String fallback = setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`";
      table
          .append("| `")
          .append(setting.key())
          .append("` | ")
          .append(fallback)
          .append(" | ")
          .append(setting.description().replaceAll("<data\\.dir>\\S*", "`$0`"))
          .append(" |\n");
    }
    return table.toString();
  }
}
