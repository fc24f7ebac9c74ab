package dev.breakwater.http.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.storage.blob.opendal.CloudService;
import dev.breakwater.storage.blob.opendal.OpenDalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudSettingsTest {
  private static final String KEY =
      """
      {"type": "service_account", "client_email": "us@project.iam.gserviceaccount.com",
       "private_key": "hush"}
      """;
  private static final String IDENTITY =
      """
      {"type": "external_account", "audience": "//iam.googleapis.com/pool",
       "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
       "token_url": "https://sts.googleapis.com/v1/token",
       "credential_source": {"file": "/var/run/secrets/token"}}
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void findsNoCloudWhereBlobsAreFiles() {
    assertThat(load(Map.of("storage.azblob.account", "me")).settings().storage().cloud()).isEmpty();
  }

  @Test
  void readsAzure() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "a2V5\n");

    EffectiveSettings effective =
        load(
            Map.of(
                "storage.driver", "azblob",
                "storage.azblob.container", "blobs",
                "storage.azblob.account", "me",
                "storage.azblob.key.file", key.toString(),
                "storage.azblob.root", "/a/b/",
                "storage.opendal.redirect", "true",
                "storage.opendal.redirect-lifetime", "5m"));

    OpenDalSettings cloud = effective.settings().storage().cloud().orElseThrow();
    assertThat(cloud.service()).isEqualTo(CloudService.AZBLOB);
    assertThat(cloud.options())
        .containsOnly(
            Map.entry("container", "blobs"),
            Map.entry("account_name", "me"),
            Map.entry("account_key", "a2V5"),
            Map.entry("endpoint", "https://me.blob.core.windows.net"));
    assertThat(cloud.root()).isEqualTo("a/b");
    assertThat(cloud.redirect()).contains(Duration.ofMinutes(5));
    assertThat(cloud.toString()).doesNotContain("a2V5");
    assertThat(effective.print()).doesNotContain("a2V5");
  }

  @Test
  void readsASignatureOfAzureAsThePortalShowsIt() {
    assertThat(
            options(
                Map.of(
                    "storage.driver", "azblob",
                    "storage.azblob.container", "blobs",
                    "storage.azblob.account", "me",
                    "storage.azblob.sas-token", "?sv=2024&sig=x")))
        .containsEntry("sas_token", "sv=2024&sig=x");
  }

  @Test
  void readsGoogle() throws IOException {
    Path key = keyFile(KEY);

    assertThat(
            options(
                Map.of(
                    "storage.driver", "gcs",
                    "storage.gcs.bucket", "blobs",
                    "storage.gcs.key-file", key.toString(),
                    "storage.opendal.redirect", "true")))
        .containsOnly(
            Map.entry("bucket", "blobs"),
            Map.entry("credential_path", key.toString()),
            Map.entry("disable_vm_metadata", "true"));
  }

  @Test
  void readsTheIdentitiesOfGoogleThatHaveNoKey() throws IOException {
    Path identity = keyFile(IDENTITY);

    assertThat(
            options(
                Map.of(
                    "storage.driver", "gcs",
                    "storage.gcs.bucket", "blobs",
                    "storage.gcs.key-file", identity.toString())))
        .containsEntry("credential_path", identity.toString());
    assertThat(
            options(
                Map.of(
                    "storage.driver", "gcs",
                    "storage.gcs.bucket", "blobs",
                    "storage.gcs.service-account", "us@project.iam.gserviceaccount.com")))
        .containsOnly(
            Map.entry("bucket", "blobs"),
            Map.entry("service_account", "us@project.iam.gserviceaccount.com"),
            Map.entry("disable_config_load", "true"));
  }

  @Test
  void readsSwift() {
    OpenDalSettings cloud =
        cloud(
            Map.of(
                "storage.driver", "swift",
                "storage.swift.container", "blobs",
                "storage.swift.auth-url", "https://keystone.example.com/v3",
                "storage.swift.username", "me",
                "storage.swift.password", "hush",
                "storage.swift.tenant", "project",
                "storage.swift.endpoint-type", "internal"));

    assertThat(cloud.options()).containsOnly(Map.entry("container", "blobs"));
    assertThat(cloud.swift().orElseThrow().tenant()).isEqualTo(Optional.of("project"));
    assertThat(cloud.swift().orElseThrow().endpointType()).isEqualTo("internal");
    assertThat(cloud.swift().orElseThrow().toString()).doesNotContain("hush");
  }

  @Test
  void readsTheThreeChineseClouds() {
    assertThat(
            options(
                Map.of(
                    "storage.driver", "oss",
                    "storage.oss.bucket", "blobs",
                    "storage.oss.endpoint", "https://oss-eu-central-1.aliyuncs.com",
                    "storage.oss.access-key-id", "id",
                    "storage.oss.access-key-secret", "secret")))
        .containsOnly(
            Map.entry("bucket", "blobs"),
            Map.entry("endpoint", "https://oss-eu-central-1.aliyuncs.com"),
            Map.entry("access_key_id", "id"),
            Map.entry("access_key_secret", "secret"));
    assertThat(
            options(
                Map.of(
                    "storage.driver", "obs",
                    "storage.obs.bucket", "blobs",
                    "storage.obs.endpoint", "https://obs.example.com",
                    "storage.obs.access-key-id", "id",
                    "storage.obs.secret-access-key", "secret")))
        .containsOnly(
            Map.entry("bucket", "blobs"),
            Map.entry("endpoint", "https://obs.example.com"),
            Map.entry("access_key_id", "id"),
            Map.entry("secret_access_key", "secret"));
    assertThat(
            options(
                Map.of(
                    "storage.driver", "cos",
                    "storage.cos.bucket", "blobs",
                    "storage.cos.endpoint", "https://cos.example.com",
                    "storage.cos.secret-id", "id",
                    "storage.cos.secret-key", "secret")))
        .containsOnly(
            Map.entry("bucket", "blobs"),
            Map.entry("endpoint", "https://cos.example.com"),
            Map.entry("secret_id", "id"),
            Map.entry("secret_key", "secret"));
  }

  @Test
  void listsEveryMistakeOfAzure() {
    assertThat(
            mistakes(
                Map.of(
                    "storage.driver", "azblob",
                    "storage.azblob.container", "a b",
                    "storage.azblob.sas-token", "sv=1",
                    "storage.azblob.key", "a2V5",
                    "storage.opendal.part-size", "32MiB",
                    "storage.opendal.part-memory", "32MiB")))
        .containsExactlyInAnyOrder(
            "storage.azblob.container: 'a b' is not a name of letters, digits, dots, dashes and"
                + " underscores; environment variable BREAKWATER_STORAGE_AZBLOB_CONTAINER",
            "storage.azblob.account: storage.driver is azblob, so set it",
            "storage.azblob.key, storage.azblob.sas-token: set one of them",
            "storage.opendal.part-memory: must hold two parts (storage.opendal.part-size)");
    assertThat(
            mistakes(
                Map.of(
                    "storage.driver", "azblob",
                    "storage.azblob.container", "blobs",
                    "storage.azblob.account", "me",
                    "storage.opendal.redirect", "true")))
        .containsExactly(
            "storage.opendal.redirect: locations are signed with storage.azblob.key, set it");
  }

  @Test
  void listsEveryMistakeOfGoogle() {
    assertThat(
            mistakes(
                Map.of(
                    "storage.driver", "gcs",
                    "storage.gcs.key-file", "/nowhere/key.json",
                    "storage.gcs.anonymous", "true")))
        .containsExactlyInAnyOrder(
            "storage.gcs.bucket: storage.driver is gcs, so set it",
            "storage.gcs.anonymous: is set, but so is storage.gcs.key-file; set one of them",
            "storage.gcs.key-file: /nowhere/key.json is not a readable file");
    assertThat(
            mistakes(
                Map.of(
                    "storage.driver", "gcs",
                    "storage.gcs.bucket", "blobs",
                    "storage.opendal.redirect", "true")))
        .containsExactly(
            "storage.opendal.redirect: locations are signed with storage.gcs.key-file, set it");
  }

  @Test
  void takesNoFileOfGoogleThatTheLibraryWouldPassOver() throws IOException {
    assertThat(mistakesIn("{\"private_key\": hush}"))
        .containsExactly("storage.gcs.key-file: FILE is no JSON file of credentials");
    assertThat(mistakesIn("{\"type\": \"authorized_user\"}"))
        .containsExactly(
            "storage.gcs.key-file: FILE has the type 'authorized_user'; known: service_account,"
                + " external_account, impersonated_service_account");
    assertThat(mistakesIn("{\"type\": \"service_account\", \"client_email\": \"a@b\"}"))
        .containsExactly("storage.gcs.key-file: FILE lacks private_key");
    assertThat(mistakesIn(IDENTITY.replace("\"file\"", "\"environment_id\"")))
        .containsExactly(
            "storage.gcs.key-file: FILE has a credential_source without a file or a url; others"
                + " are not known here");
  }

  @Test
  void takesOneIdentityOfGoogleAndSignsNothingWithoutAKey() throws IOException {
    assertThat(
            mistakes(
                Map.of(
                    "storage.driver", "gcs",
                    "storage.gcs.bucket", "blobs",
                    "storage.gcs.key-file", keyFile(IDENTITY).toString(),
                    "storage.gcs.service-account", "us@project.iam.gserviceaccount.com",
                    "storage.gcs.anonymous", "true",
                    "storage.opendal.redirect", "true")))
        .containsExactlyInAnyOrder(
            "storage.gcs.anonymous: is set, but so is storage.gcs.key-file; set one of them",
            "storage.gcs.anonymous: is set, but so is storage.gcs.service-account; set one of them",
            "storage.gcs.key-file, storage.gcs.service-account: set one of them",
            "storage.opendal.redirect: locations are signed with the key of a service account,"
                + " which storage.gcs.key-file does not hold; set it to false");
  }

  /** With FILE instead of the file's path. */
  private List<String> mistakesIn(String credentials) throws IOException {
    String file = keyFile(credentials).toString();
    return mistakes(
            Map.of(
                "storage.driver", "gcs",
                "storage.gcs.bucket", "blobs",
                "storage.gcs.key-file", file))
        .stream()
        .map(mistake -> mistake.replace(file, "FILE"))
        .toList();
  }

  private Path keyFile(String content) throws IOException {
    return Files.writeString(folder.resolve("key.json"), content);
  }

  @Test
  void listsEveryMistakeOfTheOthers() {
    assertThat(mistakes(Map.of("storage.driver", "swift", "storage.opendal.redirect", "true")))
        .containsExactlyInAnyOrder(
            "storage.swift.container: storage.driver is swift, so set it",
            "storage.swift.auth-url: storage.driver is swift, so set it",
            "storage.swift.username: storage.driver is swift, so set it",
            "storage.swift.password: storage.driver is swift, so set it",
            "storage.opendal.redirect: swift has no such locations, set it to false");
    assertThat(mistakes(Map.of("storage.driver", "oss", "storage.oss.access-key-id", "id")))
        .containsExactlyInAnyOrder(
            "storage.oss.bucket: storage.driver is oss, so set it",
            "storage.oss.endpoint: storage.driver is oss, so set it",
            "storage.oss.access-key-id, storage.oss.access-key-secret: set both, or neither");
    assertThat(mistakes(Map.of("storage.driver", "obs")))
        .containsExactlyInAnyOrder(
            "storage.obs.bucket: storage.driver is obs, so set it",
            "storage.obs.endpoint: storage.driver is obs, so set it",
            "storage.obs.access-key-id: storage.driver is obs, so set it",
            "storage.obs.secret-access-key: storage.driver is obs, so set it");
    assertThat(mistakes(Map.of("storage.driver", "cos", "storage.cos.secret-key", "secret")))
        .containsExactlyInAnyOrder(
            "storage.cos.bucket: storage.driver is cos, so set it",
            "storage.cos.endpoint: storage.driver is cos, so set it",
            "storage.cos.secret-id, storage.cos.secret-key: set both, or neither");
  }

  private static Map<String, String> options(Map<String, String> settings) {
    return cloud(settings).options();
  }

  private static OpenDalSettings cloud(Map<String, String> settings) {
    return load(settings).settings().storage().cloud().orElseThrow();
  }

  private static List<String> mistakes(Map<String, String> settings) {
    return catchThrowableOfType(ConfigurationException.class, () -> load(settings)).mistakes();
  }

  private static EffectiveSettings load(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    settings.forEach((key, value) ->
        environment.put(
            "BREAKWATER_"
                + key.replace('.', '_').replace('-', '_').toUpperCase(java.util.Locale.ROOT),
            value));
    return SettingsLoader.load(Optional.empty(), Optional.empty(), environment);
  }
}
