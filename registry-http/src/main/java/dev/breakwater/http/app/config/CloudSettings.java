package dev.breakwater.http.app.config;

import static dev.breakwater.http.app.config.CloudSettingTable.AZBLOB_ACCOUNT;
import static dev.breakwater.http.app.config.CloudSettingTable.AZBLOB_CONTAINER;
import static dev.breakwater.http.app.config.CloudSettingTable.AZBLOB_ENDPOINT;
import static dev.breakwater.http.app.config.CloudSettingTable.AZBLOB_KEY;
import static dev.breakwater.http.app.config.CloudSettingTable.AZBLOB_ROOT;
import static dev.breakwater.http.app.config.CloudSettingTable.AZBLOB_SAS_TOKEN;
import static dev.breakwater.http.app.config.CloudSettingTable.COS_BUCKET;
import static dev.breakwater.http.app.config.CloudSettingTable.COS_ENDPOINT;
import static dev.breakwater.http.app.config.CloudSettingTable.COS_ROOT;
import static dev.breakwater.http.app.config.CloudSettingTable.COS_SECRET_ID;
import static dev.breakwater.http.app.config.CloudSettingTable.COS_SECRET_KEY;
import static dev.breakwater.http.app.config.CloudSettingTable.GCS_ANONYMOUS;
import static dev.breakwater.http.app.config.CloudSettingTable.GCS_BUCKET;
import static dev.breakwater.http.app.config.CloudSettingTable.GCS_ENDPOINT;
import static dev.breakwater.http.app.config.CloudSettingTable.GCS_KEY_FILE;
import static dev.breakwater.http.app.config.CloudSettingTable.GCS_ROOT;
import static dev.breakwater.http.app.config.CloudSettingTable.GCS_SERVICE_ACCOUNT;
import static dev.breakwater.http.app.config.CloudSettingTable.OBS_ACCESS_KEY_ID;
import static dev.breakwater.http.app.config.CloudSettingTable.OBS_BUCKET;
import static dev.breakwater.http.app.config.CloudSettingTable.OBS_ENDPOINT;
import static dev.breakwater.http.app.config.CloudSettingTable.OBS_ROOT;
import static dev.breakwater.http.app.config.CloudSettingTable.OBS_SECRET_ACCESS_KEY;
import static dev.breakwater.http.app.config.CloudSettingTable.OSS_ACCESS_KEY_ID;
import static dev.breakwater.http.app.config.CloudSettingTable.OSS_ACCESS_KEY_SECRET;
import static dev.breakwater.http.app.config.CloudSettingTable.OSS_BUCKET;
import static dev.breakwater.http.app.config.CloudSettingTable.OSS_ENDPOINT;
import static dev.breakwater.http.app.config.CloudSettingTable.OSS_ROOT;
import static dev.breakwater.http.app.config.CloudSettingTable.PART_MEMORY;
import static dev.breakwater.http.app.config.CloudSettingTable.PART_SIZE;
import static dev.breakwater.http.app.config.CloudSettingTable.READ_MEMORY;
import static dev.breakwater.http.app.config.CloudSettingTable.REDIRECT;
import static dev.breakwater.http.app.config.CloudSettingTable.REDIRECT_LIFETIME;
import static dev.breakwater.http.app.config.CloudSettingTable.SWIFT_AUTH_URL;
import static dev.breakwater.http.app.config.CloudSettingTable.SWIFT_CONTAINER;
import static dev.breakwater.http.app.config.CloudSettingTable.SWIFT_DOMAIN;
import static dev.breakwater.http.app.config.CloudSettingTable.SWIFT_ENDPOINT_TYPE;
import static dev.breakwater.http.app.config.CloudSettingTable.SWIFT_PASSWORD;
import static dev.breakwater.http.app.config.CloudSettingTable.SWIFT_REGION;
import static dev.breakwater.http.app.config.CloudSettingTable.SWIFT_ROOT;
import static dev.breakwater.http.app.config.CloudSettingTable.SWIFT_TENANT;
import static dev.breakwater.http.app.config.CloudSettingTable.SWIFT_USERNAME;

import dev.breakwater.storage.blob.opendal.CloudService;
import dev.breakwater.storage.blob.opendal.OpenDalSettings;
import dev.breakwater.storage.blob.opendal.SwiftLogin;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** From the settings of a cloud's object store to what its driver wants. */
final class CloudSettings {
  private final ParsedValues found;
  private final Map<String, String> options = new HashMap<>();

  private CloudSettings(ParsedValues found) {
    this.found = found;
  }

  /** Empty: blobs are elsewhere. */
  static Optional<OpenDalSettings> find(ParsedValues found) {
    return service(found).map(service -> new CloudSettings(found).settings(service));
  }

  private static Optional<CloudService> service(ParsedValues found) {
    return found
        .find(SettingTable.STORAGE_DRIVER)
        .flatMap(driver ->
            switch (driver) {
              case FILESYSTEM, S3 -> Optional.empty();
              case AZBLOB -> Optional.of(CloudService.AZBLOB);
              case GCS -> Optional.of(CloudService.GCS);
              case SWIFT -> Optional.of(CloudService.SWIFT);
              case OSS -> Optional.of(CloudService.OSS);
              case OBS -> Optional.of(CloudService.OBS);
              case COS -> Optional.of(CloudService.COS);
            });
  }

  /** Tells what no setting can say alone. */
  static void check(ParsedValues found, Consumer<String> mistakes) {
    service(found).ifPresent(service -> new Check(found, mistakes).check(service));
  }

  private OpenDalSettings settings(CloudService service) {
    String root =
        switch (service) {
          case AZBLOB -> azblob();
          case GCS -> gcs();
          case SWIFT -> swift();
          case OSS -> oss();
          case OBS -> obs();
          case COS -> cos();
        };
    return new OpenDalSettings(
        service,
        options,
        root,
        found.get(PART_SIZE),
        found.get(PART_MEMORY),
        found.get(READ_MEMORY),
        found.get(REDIRECT) ? Optional.of(found.get(REDIRECT_LIFETIME)) : Optional.empty(),
        service == CloudService.SWIFT ? Optional.of(swiftLogin()) : Optional.empty());
  }

  private String azblob() {
    put("container", found.get(AZBLOB_CONTAINER));
    put("account_name", found.get(AZBLOB_ACCOUNT));
    putSecret("account_key", AZBLOB_KEY);
    found
        .get(AZBLOB_SAS_TOKEN)
        .ifPresent(
            token -> options.put("sas_token", token.value().strip().replaceFirst("^\\?", "")));
    options.put(
        "endpoint",
        found
            .get(AZBLOB_ENDPOINT)
            .map(URI::toString)
            .orElseGet(() ->
                "https://" + found.get(AZBLOB_ACCOUNT).orElse("") + ".blob.core.windows.net"));
    return found.get(AZBLOB_ROOT).orElse("");
  }

  private String gcs() {
    put("bucket", found.get(GCS_BUCKET));
    put("credential_path", found.get(GCS_KEY_FILE));
    put("service_account", found.get(GCS_SERVICE_ACCOUNT));
    put("endpoint", found.get(GCS_ENDPOINT));
    boolean anonymous = found.get(GCS_ANONYMOUS);
    if (anonymous) {
      options.put("allow_anonymous", "true");
    }
    // Nobody is to work under another identity than the one that was named.
    if (anonymous || found.isSet(GCS_KEY_FILE)) {
      options.put("disable_vm_metadata", "true");
    }
    if (anonymous || found.isSet(GCS_SERVICE_ACCOUNT)) {
      options.put("disable_config_load", "true");
    }
    return found.get(GCS_ROOT).orElse("");
  }

  private String swift() {
    put("container", found.get(SWIFT_CONTAINER));
    return found.get(SWIFT_ROOT).orElse("");
  }

  private SwiftLogin swiftLogin() {
    return new SwiftLogin(
        found.get(SWIFT_AUTH_URL).orElse(URI.create("")),
        found.get(SWIFT_CONTAINER).orElse(""),
        found.get(SWIFT_USERNAME).orElse(""),
        found.get(SWIFT_PASSWORD).map(Secret::value).orElse("").strip(),
        found.get(SWIFT_TENANT),
        found.get(SWIFT_DOMAIN),
        found.get(SWIFT_REGION),
        found.get(SWIFT_ENDPOINT_TYPE).name().toLowerCase(Locale.ROOT));
  }

  private String oss() {
    put("bucket", found.get(OSS_BUCKET));
    put("endpoint", found.get(OSS_ENDPOINT));
    put("access_key_id", found.get(OSS_ACCESS_KEY_ID));
    putSecret("access_key_secret", OSS_ACCESS_KEY_SECRET);
    return found.get(OSS_ROOT).orElse("");
  }

  private String obs() {
    put("bucket", found.get(OBS_BUCKET));
    put("endpoint", found.get(OBS_ENDPOINT));
    put("access_key_id", found.get(OBS_ACCESS_KEY_ID));
    putSecret("secret_access_key", OBS_SECRET_ACCESS_KEY);
    return found.get(OBS_ROOT).orElse("");
  }

  private String cos() {
    put("bucket", found.get(COS_BUCKET));
    put("endpoint", found.get(COS_ENDPOINT));
    put("secret_id", found.get(COS_SECRET_ID));
    putSecret("secret_key", COS_SECRET_KEY);
    return found.get(COS_ROOT).orElse("");
  }

  private void put(String option, Optional<?> value) {
    value.ifPresent(it -> options.put(option, it.toString()));
  }

  private void putSecret(String option, Setting<Optional<Secret>> setting) {
    found.get(setting).ifPresent(secret -> options.put(option, secret.value().strip()));
  }

  /** All mistakes in what belongs together. */
  private record Check(ParsedValues found, Consumer<String> mistakes) {
    void check(CloudService service) {
      switch (service) {
        case AZBLOB -> azblob();
        case GCS -> gcs();
        case SWIFT -> swift();
        case OSS -> {
          require(service, OSS_BUCKET, OSS_ENDPOINT);
          bothOrNeither(OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET);
        }
        case OBS ->
            require(service, OBS_BUCKET, OBS_ENDPOINT, OBS_ACCESS_KEY_ID, OBS_SECRET_ACCESS_KEY);
        case COS -> {
          require(service, COS_BUCKET, COS_ENDPOINT);
          bothOrNeither(COS_SECRET_ID, COS_SECRET_KEY);
        }
      }
      found
          .find(PART_SIZE)
          .flatMap(size -> found.find(PART_MEMORY).filter(memory -> memory / 2 < size))
          .ifPresent(_ ->
              mistakes.accept(
                  "storage.opendal.part-memory: must hold two parts (storage.opendal.part-size)"));
    }

    private void azblob() {
      require(CloudService.AZBLOB, AZBLOB_CONTAINER, AZBLOB_ACCOUNT);
      if (found.isSet(AZBLOB_KEY) && found.isSet(AZBLOB_SAS_TOKEN)) {
        mistakes.accept("storage.azblob.key, storage.azblob.sas-token: set one of them");
      }
      if (redirects() && !found.isSet(AZBLOB_KEY)) {
        mistakes.accept(
            "storage.opendal.redirect: locations are signed with storage.azblob.key, set it");
      }
    }

    private void gcs() {
      require(CloudService.GCS, GCS_BUCKET);
      boolean anonymous = found.find(GCS_ANONYMOUS).orElse(false);
      if (anonymous && found.isSet(GCS_KEY_FILE)) {
        mistakes.accept(
            "storage.gcs.anonymous: is set, but so is storage.gcs.key-file; set one of them");
      }
      if (anonymous && found.isSet(GCS_SERVICE_ACCOUNT)) {
        mistakes.accept(
            "storage.gcs.anonymous: is set, but so is storage.gcs.service-account; set one of"
                + " them");
      }
      if (found.isSet(GCS_KEY_FILE) && found.isSet(GCS_SERVICE_ACCOUNT)) {
        mistakes.accept("storage.gcs.key-file, storage.gcs.service-account: set one of them");
      }
      if (redirects() && !found.isSet(GCS_KEY_FILE)) {
        mistakes.accept(
            "storage.opendal.redirect: locations are signed with storage.gcs.key-file, set it");
      }
      found
          .find(GCS_KEY_FILE)
          .flatMap(file -> file)
          .ifPresent(file -> GoogleKeyFile.check(file, redirects(), mistakes));
    }

    private void swift() {
      require(CloudService.SWIFT, SWIFT_CONTAINER, SWIFT_AUTH_URL, SWIFT_USERNAME, SWIFT_PASSWORD);
      if (redirects()) {
        mistakes.accept("storage.opendal.redirect: swift has no such locations, set it to false");
      }
    }

    private boolean redirects() {
      return found.find(REDIRECT).orElse(false);
    }

    @SafeVarargs
    private void require(CloudService service, Setting<? extends Optional<?>>... settings) {
      for (Setting<? extends Optional<?>> setting : List.of(settings)) {
        if (found.find(setting).filter(Optional::isEmpty).isPresent()) {
          mistakes.accept(
              setting.key()
                  + ": storage.driver is "
                  + service.name().toLowerCase(Locale.ROOT)
                  + ", so set it");
        }
      }
    }

    private void bothOrNeither(Setting<Optional<String>> id, Setting<Optional<Secret>> secret) {
      if (found.isSet(id) != found.isSet(secret)) {
        mistakes.accept(id.key() + ", " + secret.key() + ": set both, or neither");
      }
    }
  }
}
