package dev.breakwater.http.app.config;

import static dev.breakwater.http.app.config.Setting.optional;
import static dev.breakwater.http.app.config.Setting.required;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of what clients and operators connect to: {@code http}, {@code external}, {@code
 * tls} and {@code management}.
 */
final class HttpSettingTable {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  static final Setting<String> ADDRESS =
      required("http.address", "127.0.0.1", ValueParser.text(), "The address to listen on");
  static final Setting<Integer> PORT =
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
  static final Setting<Optional<Path>> TLS_CERTIFICATE =
      optional(
          "tls.certificate",
          ValueParser.path(),
          "PEM file with the certificate and its chain; set: HTTPS. Renewed files are picked up");
  static final Setting<Optional<Path>> TLS_KEY =
      optional("tls.key", ValueParser.path(), "PEM file with the certificate's private key");
  static final Setting<Optional<List<String>>> TRUSTED_PROXIES =
      optional(
          "http.trusted-proxies",
          ValueParser.list(ValueParser.network()),
          "Address ranges of the proxies whose X-Forwarded-* headers count, such as 10.0.0.0/8");
  static final Setting<Integer> MAX_CONNECTIONS =
      required(
          "http.max-connections",
          "10000",
          ValueParser.number(1, 1_000_000),
          "How many connections at once; more are closed");
  static final Setting<Integer> MAX_HEADER_SIZE =
      required(
          "http.max-header-size",
          "64KiB",
          ValueParser.size(4 * 1024, 1024 * 1024),
          "How large the headers of a request may be in all");
  static final Setting<Integer> MAX_URI_LENGTH =
      required(
          "http.max-uri-length",
          "16KiB",
          ValueParser.size(1024, 1024 * 1024),
          "How long the first line of a request may be");
  static final Setting<Duration> IDLE_TIMEOUT =
      required(
          "http.idle-timeout",
          "60s",
          ValueParser.duration(SECOND, HOUR),
          "After which time without a whole request a connection is closed");
  static final Setting<Duration> STALL_TIMEOUT =
      required(
          "http.stall-timeout",
          "60s",
          ValueParser.duration(SECOND, HOUR),
          "After which time without a byte an upload or a download is given up");
  static final Setting<Integer> MAX_CONCURRENT_UPLOADS =
      required(
          "http.max-concurrent-uploads",
          "1000",
          ValueParser.number(1, 1_000_000),
          "How many requests may bring bytes at once; more are answered with 429");

  /** In the README's order. */
  static final List<Setting<?>> ALL =
      List.of(
          ADDRESS,
          PORT,
          EXTERNAL_URL,
          TLS_CERTIFICATE,
          TLS_KEY,
          TRUSTED_PROXIES,
          MAX_CONNECTIONS,
          MAX_HEADER_SIZE,
          MAX_URI_LENGTH,
          IDLE_TIMEOUT,
          STALL_TIMEOUT,
          MAX_CONCURRENT_UPLOADS,
          MANAGEMENT_ADDRESS,
          MANAGEMENT_PORT);

  private HttpSettingTable() {}
}
