package dev.breakwater.storage.blob.opendal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.storage.blob.FakeService;
import dev.breakwater.storage.blob.ProbeProcess;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.blob.PgStagedUploads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** Credentials that no emulator asks for. */
@Timeout(60)
class CloudCredentialsTest {
  private static final String OBJECT = "/storage/v1/b/blobs/o/key";

  private static final String FOUND =
      """
      {"name": "key", "size": "3", "updated": "2026-01-01T00:00:00Z"}
      """;

  @TempDir private Path folder;

  @Test
  void signsForGoogleWithTheKeyOfAServiceAccount() throws Exception {
    OpenDalSettings settings =
        new OpenDalSettings(
            CloudService.GCS,
            Map.of("bucket", "blobs", "credential_path", googleKey().toString()),
            "",
            OpenDalSettings.SMALLEST_PART,
            2 * OpenDalSettings.SMALLEST_PART,
            1024 * 1024,
            Optional.of(Duration.ofMinutes(5)),
            Optional.empty());
    try (Database database = TestDatabase.migrated();
        OpenDalBlobStore store =
            OpenDalBlobStore.open(
                settings,
                new PgStagedUploads(database),
                Schedulers.boundedElastic(),
                Clock.systemUTC())) {
      Digest digest = Digest.compute(DigestAlgorithm.SHA256, new byte[] {1});

      URI location = requireNonNull(store.locate(digest).block());

      assertThat(location.getHost()).isEqualTo("storage.googleapis.com");
      assertThat(location.getPath()).startsWith("/blobs/docker/registry/v2/blobs/sha256/");
      assertThat(location.getQuery())
          .contains("registry@project.iam.gserviceaccount.com", "X-Goog-Signature=");
    }
  }

  @Test
  void asksAzureWithTheTokenOfAKubernetesServiceAccount() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "a-token-of-kubernetes");
    try (FakeService azure = FakeService.start()) {
      azure.page(
          "/our-tenant/oauth2/v2.0/token",
          """
          {"token_type": "Bearer", "expires_in": 3599, "access_token": "a-token-of-azure"}
          """);

      ProbeProcess.run(
          CloudProbe.class,
          CloudProbe.arguments(
              CloudService.AZBLOB,
              Map.of(
                  "container",
                  CloudServer.CONTAINER,
                  "account_name",
                  "me",
                  "endpoint",
                  azure.endpoint().toString())),
          "AZURE_",
          Map.of(
              "AZURE_AUTHORITY_HOST",
              azure.endpoint().toString(),
              "AZURE_TENANT_ID",
              "our-tenant",
              "AZURE_CLIENT_ID",
              "our-client",
              "AZURE_FEDERATED_TOKEN_FILE",
              token.toString()));

      assertThat(azure.requests())
          .filteredOn(request -> request.path().startsWith("/blobs/key"))
          .isNotEmpty()
          .allSatisfy(request ->
              assertThat(request.header("Authorization")).isEqualTo("Bearer a-token-of-azure"));
    }
  }

  @Test
  void asksGoogleWithATokenOfSomebodyElse() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "a-token-of-kubernetes");
    try (FakeService google = FakeService.start()) {
      google
          .page(OBJECT, FOUND)
          .page(
              "/v1/token",
              """
              {"token_type": "Bearer", "expires_in": 3599, "access_token": "a-federated-token"}
              """)
          .page(
              "/us:generateAccessToken",
              """
              {"accessToken": "a-token-of-google", "expireTime": "2100-01-01T00:00:00Z"}
              """);
      Path identity = Files.writeString(folder.resolve("identity.json"), identity(google, token));

      CloudProbe.stat(
          CloudService.GCS,
          Map.of(
              "bucket",
              CloudServer.CONTAINER,
              "endpoint",
              google.endpoint().toString(),
              "credential_path",
              identity.toString(),
              "disable_vm_metadata",
              "true"));

      assertThat(google.requests())
          .extracting(FakeService.Request::path)
          .containsExactly("/v1/token", "/us:generateAccessToken", OBJECT);
      assertThat(google.requests().getFirst().body())
          .contains("a-token-of-kubernetes", "//iam.googleapis.com/our-pool");
      assertThat(google.requests().get(1).header("Authorization"))
          .isEqualTo("Bearer a-federated-token");
      assertThat(google.requests().getLast().header("Authorization"))
          .isEqualTo("Bearer a-token-of-google");
    }
  }

  private static String identity(FakeService google, Path token) {
    return """
    {"type": "external_account", "audience": "//iam.googleapis.com/our-pool",
     "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
     "token_url": "%s/v1/token",
     "service_account_impersonation_url": "%s/us:generateAccessToken",
     "credential_source": {"file": "%s"}}
    """
        .formatted(google.endpoint(), google.endpoint(), token);
  }

  /** The metadata server has a fixed name, which only a proxy can lead elsewhere. */
  @Test
  void asksGoogleAsAnAccountOfTheMachine() throws Exception {
    String account = "us@project.iam.gserviceaccount.com";
    String metadata = "/computeMetadata/v1/instance/service-accounts/" + account + "/token";
    try (FakeService google = FakeService.start()) {
      google
          .page(OBJECT, FOUND)
          .page(
              metadata,
              """
              {"token_type": "Bearer", "expires_in": 3599, "access_token": "of-the-machine"}
              """);

      ProbeProcess.run(
          CloudProbe.class,
          CloudProbe.arguments(
              CloudService.GCS,
              Map.of(
                  "bucket",
                  CloudServer.CONTAINER,
                  "endpoint",
                  google.endpoint().toString(),
                  "service_account",
                  account,
                  "disable_config_load",
                  "true")),
          "GOOGLE_",
          Map.of("http_proxy", google.endpoint().toString(), "no_proxy", "127.0.0.1"));

      assertThat(google.requests().getFirst().path())
          .startsWith("http://metadata.google.internal" + metadata);
      assertThat(google.requests().getFirst().header("Metadata-Flavor")).isEqualTo("Google");
      assertThat(google.requests().getLast().path()).isEqualTo(OBJECT);
      assertThat(google.requests().getLast().header("Authorization"))
          .isEqualTo("Bearer of-the-machine");
    }
  }

  private Path googleKey() throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    String key =
        Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
            .replace("\n", "\\n");
    return Files.writeString(
        folder.resolve("key.json"),
        """
        {"type": "service_account", "project_id": "project", "private_key_id": "1",
         "client_email": "registry@project.iam.gserviceaccount.com", "client_id": "1",
         "private_key": "-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n",
         "token_uri": "https://oauth2.googleapis.com/token"}
        """
            .formatted(key));
  }
}
