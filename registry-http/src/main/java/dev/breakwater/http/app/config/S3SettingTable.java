package dev.breakwater.http.app.config;

import static dev.breakwater.http.app.config.Setting.optional;
import static dev.breakwater.http.app.config.Setting.required;

import dev.breakwater.http.app.config.Setting.Visibility;
import dev.breakwater.storage.blob.s3.S3Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of {@code storage.driver: s3}. */
final class S3SettingTable {
  private static final int MIB = 1024 * 1024;

  static final Setting<Optional<String>> BUCKET =
      optional("storage.s3.bucket", ValueParser.text(), "The bucket of the blobs; it must exist");
  static final Setting<String> REGION =
      required("storage.s3.region", "us-east-1", ValueParser.text(), "The bucket's region");
  static final Setting<Optional<URI>> ENDPOINT =
      optional(
          "storage.s3.endpoint",
          ValueParser.webAddress(),
          "The URL of a service other than AWS; empty: AWS's own of the region");
  static final Setting<Optional<Boolean>> PATH_STYLE =
      optional(
          "storage.s3.path-style",
          ValueParser.flag(),
          "Whether the bucket stands in the path instead of the host name; empty: yes if there is"
              + " an endpoint");
  static final Setting<Optional<String>> ROOT =
      optional("storage.s3.root", ValueParser.text(), "What the keys of all objects begin with");
  static final Setting<Optional<String>> ACCESS_KEY =
      optional(
          "storage.s3.access-key",
          ValueParser.text(),
          "The access key; empty: AWS's chain (environment, profile, web identity, container,"
              + " instance)");
  static final Setting<Optional<Secret>> SECRET_KEY =
      optional("storage.s3.secret-key", ValueParser.secret(1), "The secret of that key")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Integer> PART_SIZE =
      required(
          "storage.s3.part-size",
          "8MiB",
          ValueParser.size(S3Settings.SMALLEST_PART, 512 * MIB),
          "The parts of large blobs; a blob has at most 10,000 of them");
  static final Setting<Integer> PART_MEMORY =
      required(
          "storage.s3.part-memory",
          "128MiB",
          ValueParser.size(2 * S3Settings.SMALLEST_PART, 2047 * MIB),
          "Memory for the parts of all running uploads; more uploads wait for each other");
  static final Setting<Integer> MAX_CONNECTIONS =
      required(
          "storage.s3.max-connections",
          "500",
          ValueParser.number(4, 10_000),
          "How many requests to the service run at once, downloads of slow clients included");
  static final Setting<S3Settings.Checksum> CHECKSUM =
      required(
          "storage.s3.checksum",
          "crc32c",
          ValueParser.oneOf(S3Settings.Checksum.class),
          "What the service compares the bytes with: crc32c, md5 or none");
  static final Setting<S3Encryption> ENCRYPTION =
      required(
          "storage.s3.encryption",
          "bucket",
          ValueParser.oneOf(S3Encryption.class),
          "Who encrypts what is stored: bucket (as it is set up), managed (SSE-S3) or kms");
  static final Setting<Optional<String>> KMS_KEY =
      optional(
          "storage.s3.kms-key", ValueParser.text(), "The key for kms; empty: the account's own");
  static final Setting<Optional<Path>> CA_CERTIFICATE =
      optional(
          "storage.s3.ca-certificate",
          ValueParser.path(),
          "PEM file with the authorities that vouch for the endpoint; empty: those of Java");
  static final Setting<Optional<URI>> PROXY =
      optional(
              "storage.s3.proxy",
              ValueParser.proxy(),
              "The HTTP proxy in between, such as http://user:password@proxy:3128")
          .withVisibility(Visibility.WITHOUT_USER);
  static final Setting<Boolean> REDIRECT =
      required(
          "storage.s3.redirect",
          "false",
          ValueParser.flag(),
          "Whether clients are sent to the service to get blobs there");
  static final Setting<Optional<URI>> REDIRECT_ENDPOINT =
      optional(
          "storage.s3.redirect-endpoint",
          ValueParser.webAddress(),
          "Under which URL clients know the service; empty: the same as ours");
  static final Setting<Duration> REDIRECT_LIFETIME =
      required(
          "storage.s3.redirect-lifetime",
          "20m",
          ValueParser.duration(Duration.ofSeconds(10), Duration.ofDays(7)),
          "How long such a location is good for");

  static final List<Setting<?>> ALL =
      List.of(
          BUCKET,
          REGION,
          ENDPOINT,
          PATH_STYLE,
          ROOT,
          ACCESS_KEY,
          SECRET_KEY,
          PART_SIZE,
          PART_MEMORY,
          MAX_CONNECTIONS,
          CHECKSUM,
          ENCRYPTION,
          KMS_KEY,
          CA_CERTIFICATE,
          PROXY,
          REDIRECT,
          REDIRECT_ENDPOINT,
          REDIRECT_LIFETIME);

  private S3SettingTable() {}

  /** What no setting can say alone; the bucket is there. */
  static void check(ParsedValues found, List<String> mistakes) {
    if (!found.isSet(BUCKET)) {
      mistakes.add("storage.s3.bucket: storage.driver is s3, so name the bucket");
    }
    if (found.isSet(ACCESS_KEY) != found.isSet(SECRET_KEY)) {
      mistakes.add("storage.s3.access-key, storage.s3.secret-key: set both, or neither");
    }
    found
        .find(PART_SIZE)
        .flatMap(size -> found.find(PART_MEMORY).filter(memory -> memory / 2 < size))
        .ifPresent(_ ->
            mistakes.add("storage.s3.part-memory: must hold two parts (storage.s3.part-size)"));
  }

  static S3Settings settings(ParsedValues found) {
    return new S3Settings(
        found.get(BUCKET).orElse(""),
        found.get(REGION),
        found.get(ENDPOINT),
        found.get(PATH_STYLE).orElse(found.get(ENDPOINT).isPresent()),
        found.get(ROOT).orElse("").replaceAll("^/+|/+$", ""),
        found
            .get(ACCESS_KEY)
            .flatMap(access ->
                found
                    .get(SECRET_KEY)
                    .map(secret -> new S3Settings.Keys(access, secret.value().strip()))),
        found.get(PART_SIZE),
        found.get(PART_MEMORY),
        found.get(MAX_CONNECTIONS),
        found.get(CHECKSUM),
        encryption(found),
        found.get(CA_CERTIFICATE),
        found.get(PROXY),
        found.get(REDIRECT)
            ? Optional.of(
                new S3Settings.Redirect(found.get(REDIRECT_ENDPOINT), found.get(REDIRECT_LIFETIME)))
            : Optional.empty());
  }

  private static S3Settings.Encryption encryption(ParsedValues found) {
    return switch (found.get(ENCRYPTION)) {
      case BUCKET -> new S3Settings.Encryption.Default();
      case MANAGED -> new S3Settings.Encryption.Managed();
      case KMS -> new S3Settings.Encryption.KeyService(found.get(KMS_KEY));
    };
  }

  /** Who encrypts what is stored. */
  enum S3Encryption {
    BUCKET,
    MANAGED,
    KMS
  }
}
