package dev.breakwater.http.app.config;

import static dev.breakwater.http.app.config.Setting.optional;
import static dev.breakwater.http.app.config.Setting.required;

import dev.breakwater.http.app.config.Setting.Visibility;
import dev.breakwater.storage.blob.opendal.OpenDalSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of the clouds' own object stores, and those that all of them share. */
final class CloudSettingTable {
  private static final int MIB = 1024 * 1024;

  static final Setting<Optional<String>> AZBLOB_CONTAINER =
      optional(
          "storage.azblob.container",
          name(),
          "The container of the blobs in Azure Blob Storage; it must exist");
  static final Setting<Optional<String>> AZBLOB_ACCOUNT =
      optional("storage.azblob.account", name(), "The storage account");
  static final Setting<Optional<Secret>> AZBLOB_KEY =
      optional(
              "storage.azblob.key",
              ValueParser.secret(1),
              "A key of that account; empty: storage.azblob.sas-token, or Azure's environment"
                  + " variables and identities")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<Secret>> AZBLOB_SAS_TOKEN =
      optional(
              "storage.azblob.sas-token",
              ValueParser.secret(1),
              "A shared access signature for the container instead of a key")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<URI>> AZBLOB_ENDPOINT =
      optional(
          "storage.azblob.endpoint",
          ValueParser.webAddress(),
          "The URL of the service; empty: https://ACCOUNT.blob.core.windows.net");
  static final Setting<Optional<String>> AZBLOB_ROOT =
      optional("storage.azblob.root", prefix(), "What the keys of all objects begin with");
  static final Setting<Optional<String>> GCS_BUCKET =
      optional(
          "storage.gcs.bucket",
          name(),
          "The bucket of the blobs in Google Cloud Storage; it must exist");
  static final Setting<Optional<Path>> GCS_KEY_FILE =
      optional(
          "storage.gcs.key-file",
          ValueParser.path(),
          "JSON file with the key of a service account, or with a workload identity"
              + " (external_account); empty: Google's environment variables, or the machine's own"
              + " account");
  static final Setting<Optional<String>> GCS_SERVICE_ACCOUNT =
      optional(
          "storage.gcs.service-account",
          account(),
          "Which of the machine's service accounts, by its e-mail address; empty: its default, or"
              + " what Google's environment variables name");
  static final Setting<Boolean> GCS_ANONYMOUS =
      required(
          "storage.gcs.anonymous",
          "false",
          ValueParser.flag(),
          "Whether requests are not signed, for an emulator");
  static final Setting<Optional<URI>> GCS_ENDPOINT =
      optional(
          "storage.gcs.endpoint",
          ValueParser.webAddress(),
          "The URL of the service; empty: Google's own");
  static final Setting<Optional<String>> GCS_ROOT =
      optional("storage.gcs.root", prefix(), "What the keys of all objects begin with");
  static final Setting<Optional<String>> SWIFT_CONTAINER =
      optional(
          "storage.swift.container",
          name(),
          "The container of the blobs in OpenStack Swift; it must exist");
  static final Setting<Optional<URI>> SWIFT_AUTH_URL =
      optional(
          "storage.swift.auth-url",
          ValueParser.webAddress(),
          "Where to log in: the URL of Keystone, up to /v3, or of a TempAuth");
  static final Setting<Optional<String>> SWIFT_USERNAME =
      optional("storage.swift.username", ValueParser.text(), "Who to log in as there");
  static final Setting<Optional<Secret>> SWIFT_PASSWORD =
      optional("storage.swift.password", ValueParser.secret(1), "The password of that user")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<String>> SWIFT_TENANT =
      optional("storage.swift.tenant", ValueParser.text(), "The project; empty: the user's own");
  static final Setting<String> SWIFT_DOMAIN =
      required(
          "storage.swift.domain", "Default", ValueParser.text(), "The domain of user and project");
  static final Setting<Optional<String>> SWIFT_REGION =
      optional(
          "storage.swift.region",
          ValueParser.text(),
          "The region; empty: the first one that has a Swift");
  static final Setting<SwiftEndpoint> SWIFT_ENDPOINT_TYPE =
      required(
          "storage.swift.endpoint-type",
          "public",
          ValueParser.oneOf(SwiftEndpoint.class),
          "Which of Swift's addresses: public, internal or admin");
  static final Setting<Optional<String>> SWIFT_ROOT =
      optional("storage.swift.root", prefix(), "What the keys of all objects begin with");
  static final Setting<Optional<String>> OSS_BUCKET =
      optional(
          "storage.oss.bucket",
          name(),
          "The bucket of the blobs in Alibaba Cloud OSS; it must exist");
  static final Setting<Optional<URI>> OSS_ENDPOINT =
      optional(
          "storage.oss.endpoint",
          ValueParser.webAddress(),
          "The URL of the service, such as https://oss-eu-central-1.aliyuncs.com");
  static final Setting<Optional<String>> OSS_ACCESS_KEY_ID =
      optional(
          "storage.oss.access-key-id",
          ValueParser.text(),
          "The access key; empty: Alibaba's environment variables");
  static final Setting<Optional<Secret>> OSS_ACCESS_KEY_SECRET =
      optional("storage.oss.access-key-secret", ValueParser.secret(1), "The secret of that key")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<String>> OSS_ROOT =
      optional("storage.oss.root", prefix(), "What the keys of all objects begin with");
  static final Setting<Optional<String>> OBS_BUCKET =
      optional(
          "storage.obs.bucket",
          name(),
          "The bucket of the blobs in Huawei Cloud OBS; it must exist");
  static final Setting<Optional<URI>> OBS_ENDPOINT =
      optional(
          "storage.obs.endpoint",
          ValueParser.webAddress(),
          "The URL of the service, such as https://obs.eu-west-101.myhuaweicloud.eu");
  static final Setting<Optional<String>> OBS_ACCESS_KEY_ID =
      optional("storage.obs.access-key-id", ValueParser.text(), "The access key");
  static final Setting<Optional<Secret>> OBS_SECRET_ACCESS_KEY =
      optional("storage.obs.secret-access-key", ValueParser.secret(1), "The secret of that key")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<String>> OBS_ROOT =
      optional("storage.obs.root", prefix(), "What the keys of all objects begin with");
  static final Setting<Optional<String>> COS_BUCKET =
      optional(
          "storage.cos.bucket",
          name(),
          "The bucket of the blobs in Tencent Cloud COS; it must exist");
  static final Setting<Optional<URI>> COS_ENDPOINT =
      optional(
          "storage.cos.endpoint",
          ValueParser.webAddress(),
          "The URL of the service, such as https://cos.eu-frankfurt.myqcloud.com");
  static final Setting<Optional<String>> COS_SECRET_ID =
      optional(
          "storage.cos.secret-id",
          ValueParser.text(),
          "The id of the key; empty: Tencent's environment variables");
  static final Setting<Optional<Secret>> COS_SECRET_KEY =
      optional("storage.cos.secret-key", ValueParser.secret(1), "The secret of that key")
          .withVisibility(Visibility.HIDDEN);
  static final Setting<Optional<String>> COS_ROOT =
      optional("storage.cos.root", prefix(), "What the keys of all objects begin with");
  static final Setting<Integer> PART_SIZE =
      required(
          "storage.opendal.part-size",
          "8MiB",
          ValueParser.size(OpenDalSettings.SMALLEST_PART, 512 * MIB),
          "The pieces of uploads and the parts of large blobs in azblob, gcs, swift, oss, obs and"
              + " cos");
  static final Setting<Integer> PART_MEMORY =
      required(
          "storage.opendal.part-memory",
          "64MiB",
          ValueParser.size(2 * OpenDalSettings.SMALLEST_PART, 2047 * MIB),
          "Memory for the pieces of all running uploads there; more uploads wait for each other");
  static final Setting<Integer> READ_MEMORY =
      required(
          "storage.opendal.read-memory",
          "64MiB",
          ValueParser.size(MIB, 2047 * MIB),
          "Memory for what all running downloads from there have not sent yet; more downloads wait"
              + " for each other");
  static final Setting<Boolean> REDIRECT =
      required(
          "storage.opendal.redirect",
          "false",
          ValueParser.flag(),
          "Whether clients are sent to the service to get blobs there; not with swift");
  static final Setting<Duration> REDIRECT_LIFETIME =
      required(
          "storage.opendal.redirect-lifetime",
          "20m",
          ValueParser.duration(Duration.ofSeconds(10), Duration.ofDays(7)),
          "How long such a location is good for");

  static final List<Setting<?>> ALL =
      List.of(
          AZBLOB_CONTAINER,
          AZBLOB_ACCOUNT,
          AZBLOB_KEY,
          AZBLOB_SAS_TOKEN,
          AZBLOB_ENDPOINT,
          AZBLOB_ROOT,
          GCS_BUCKET,
          GCS_KEY_FILE,
          GCS_SERVICE_ACCOUNT,
          GCS_ANONYMOUS,
          GCS_ENDPOINT,
          GCS_ROOT,
          SWIFT_CONTAINER,
          SWIFT_AUTH_URL,
          SWIFT_USERNAME,
          SWIFT_PASSWORD,
          SWIFT_TENANT,
          SWIFT_DOMAIN,
          SWIFT_REGION,
          SWIFT_ENDPOINT_TYPE,
          SWIFT_ROOT,
          OSS_BUCKET,
          OSS_ENDPOINT,
          OSS_ACCESS_KEY_ID,
          OSS_ACCESS_KEY_SECRET,
          OSS_ROOT,
          OBS_BUCKET,
          OBS_ENDPOINT,
          OBS_ACCESS_KEY_ID,
          OBS_SECRET_ACCESS_KEY,
          OBS_ROOT,
          COS_BUCKET,
          COS_ENDPOINT,
          COS_SECRET_ID,
          COS_SECRET_KEY,
          COS_ROOT,
          PART_SIZE,
          PART_MEMORY,
          READ_MEMORY,
          REDIRECT,
          REDIRECT_LIFETIME);

  private CloudSettingTable() {}

  /** Which of Swift's addresses. */
  enum SwiftEndpoint {
    PUBLIC,
    INTERNAL,
    ADMIN
  }

  /** Goes into addresses as it is. */
  private static ValueParser<String> name() {
    return text -> {
      if (!text.matches("[A-Za-z0-9._-]+")) {
        throw new InvalidValueException("a name of letters, digits, dots, dashes and underscores");
      }
      return text;
    };
  }

  /** Goes into an address, too. */
  private static ValueParser<String> account() {
    return text -> {
      if (!text.matches("[A-Za-z0-9._-]+@[A-Za-z0-9.-]+")) {
        throw new InvalidValueException("the e-mail address of a service account");
      }
      return text;
    };
  }

  private static ValueParser<String> prefix() {
    return text -> {
      if (!text.matches("[A-Za-z0-9._/-]+")) {
        throw new InvalidValueException(
            "a path of letters, digits, dots, dashes, underscores and slashes");
      }
      return text.replaceAll("^/+|/+$", "");
    };
  }
}
