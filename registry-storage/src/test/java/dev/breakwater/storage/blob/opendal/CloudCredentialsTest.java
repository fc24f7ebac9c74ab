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
          AzureProbe.class,
          "AZURE_",
          Map.of(
              AzureProbe.ENDPOINT,
              azure.endpoint().toString(),
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
