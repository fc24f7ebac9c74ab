package dev.breakwater.http.app.config;

import static dev.breakwater.http.app.config.Setting.optional;
import static dev.breakwater.http.app.config.Setting.required;

import dev.breakwater.auth.token.TokenAlgorithm;
import dev.breakwater.auth.token.TokenSettings;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.http.app.config.Setting.Visibility;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All settings there are; those of one thing alone, such as HTTP or a driver, have a table of their
 * own. The loader, {@code breakwater config} and the README's table come from here. Lists that
 * others check in scripts: keys are a contract and do not change.
 */
final class SettingTable {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  static final Setting<Path> DATA_DIR =
      required(
          "data.dir",
          "./data",
          ValueParser.path(),
          "Where everything is kept that no other setting places elsewhere");
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
          ValueParser.duration(TokenSettings.MIN_LIFETIME, TokenSettings.MAX_LIFETIME),
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
  static final Setting<Duration> TOKEN_KEY_ROTATION =
      required(
          "token.key-rotation",
          "90d",
          ValueParser.duration(Duration.ZERO, DAY.multipliedBy(3650)),
          "After which time another key is made to sign tokens with; tokens of the one before stay"
              + " good; 0s: never; a key of token.key stays");
  static final Setting<Boolean> SECURITY_ALLOW_INTERNAL_TARGETS =
      required(
          "security.allow-internal-targets",
          "false",
          ValueParser.flag(),
          "Whether directories, identity providers and the receiver of the audit log may be on"
              + " loopback and link-local addresses");
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

  /** In the README's order; what is of one driver alone stands behind what is of all. */
  static final List<Setting<?>> ALL =
      Stream.<List<Setting<?>>>of(
              List.of(DATA_DIR),
              HttpSettingTable.ALL,
              List.of(ADMIN_PASSWORD, SECRET_KEY),
              DatabaseSettingTable.ALL,
              RedisSettingTable.ALL,
              List.of(STORAGE_DRIVER, STORAGE_FILESYSTEM_ROOT),
              S3SettingTable.ALL,
              CloudSettingTable.ALL,
              List.of(
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
                  TOKEN_KEY_ROTATION,
                  SHUTDOWN_DELAY,
                  SHUTDOWN_GRACE,
                  SECURITY_ALLOW_INTERNAL_TARGETS,
                  LDAP_CA_CERTIFICATE,
                  AUDIT_CA_CERTIFICATE,
                  LOG_FORMAT,
                  LOG_LEVEL))
          .flatMap(List::stream)
          .toList();

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
