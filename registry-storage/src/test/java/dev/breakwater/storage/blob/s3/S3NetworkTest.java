package dev.breakwater.storage.blob.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.storage.blob.Bodies;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ways to a service other than plain HTTP with the bucket in the path. */
@Timeout(60)
class S3NetworkTest {
  private static final String DOMAIN = "s3.example.test";
  private static final String PASSWORD = "password";

  @TempDir private Path folder;

  @Test
  void reachesABucketInTheHostsNameThroughAProxy() {
    try (S3ProxyServer server = S3ProxyServer.start(DOMAIN);
        ConnectProxy proxy = ConnectProxy.to(server.endpoint());
        S3Client client = new S3Client(virtualHost(proxy))) {
      assertStoresAndReads(client);

      assertThat(proxy.requests())
          .isNotEmpty()
          .allSatisfy(request ->
              assertThat(request)
                  .startsWith("CONNECT " + S3Server.BUCKET + "." + DOMAIN + ":80 ")
                  .containsIgnoringCase(
                      "proxy-authorization: basic "
                          + Base64.getEncoder().encodeToString("me:secret".getBytes(UTF_8))));
    }
  }

  @Test
  void presignsLocationsForABucketInTheHostsName() {
    S3Settings settings =
        S3Stores.change(
            S3Stores.settings(URI.create("https://" + DOMAIN), "root"),
            false,
            Optional.of(new S3Settings.Keys("key", "secret")));
    try (S3Client client = new S3Client(settings)) {
      URI location =
          requireNonNull(
              client
                  .objects()
                  .locate(
                      "root/some key",
                      S3Address.of(settings, settings.endpoint()),
                      Duration.ofMinutes(5))
                  .block());

      assertThat(location.getHost()).isEqualTo(S3Server.BUCKET + "." + DOMAIN);
      assertThat(location.getRawPath()).isEqualTo("/root/some%20key");
      assertThat(location.getQuery()).contains("X-Amz-Expires=300", "X-Amz-Signature=");
    }
  }

  @Test
  void trustsTheAuthorityThatTheSettingsName() throws Exception {
    try (S3ProxyServer server = S3ProxyServer.start(tls())) {
      S3Settings settings = S3Stores.settings(server.secureEndpoint(), "");
      try (S3Client trusting =
          new S3Client(S3Stores.withAuthority(settings, folder.resolve("authority.pem")))) {
        assertStoresAndReads(trusting);
      }
      try (S3Client other = new S3Client(settings)) {
        assertThatThrownBy(() -> other.objects().head("key").block())
            .as("whom Java trusts does not know it")
            .hasCauseInstanceOf(SSLException.class);
      }
    }
  }

  private static void assertStoresAndReads(S3Client client) {
    byte[] content = Bodies.random(600_000, 1);
    client.objects().put("folder/a key", ByteBuffer.wrap(content)).block();

    assertThat(client.objects().get("folder/a key", 0, content.length).block()).isEqualTo(content);
  }

  private static S3Settings virtualHost(ConnectProxy proxy) {
    S3Settings settings = S3Stores.settings(URI.create("http://" + DOMAIN), "");
    return S3Stores.withProxy(
        S3Stores.change(settings, false, settings.keys()), proxy.address("me:secret"));
  }

  /** Signed by itself; the certificate is beside it. */
  private SSLContext tls() throws IOException, GeneralSecurityException, InterruptedException {
    Path keys = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "s3",
                "-dname",
                "CN=s3",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    Files.writeString(
        folder.resolve("authority.pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(store.getCertificate("s3").getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
