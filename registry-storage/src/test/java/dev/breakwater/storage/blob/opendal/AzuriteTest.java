package dev.breakwater.storage.blob.opendal;

import static dev.breakwater.storage.blob.opendal.CloudStores.MIB;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.blob.Bodies;
import dev.breakwater.storage.blob.Toxiproxy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("isWanted")
class AzuriteTest extends CloudStoreContract {
  static boolean isWanted() {
    return Azurite.isWanted() && Toxiproxy.isWanted();
  }

  @Override
  CloudServer startServer() {
    return new Azurite();
  }

  @Test
  void sendsClientsToTheServiceItself() throws IOException {
    byte[] content = Bodies.random(100_000, 21);
    Digest digest = push(content);
    OpenDalBlobStore redirecting =
        stores().open(server().endpoint(), it -> redirecting(it, Duration.ofMinutes(1)));

    URI location = requireNonNull(redirecting.locate(digest).block());

    try (InputStream answer = location.toURL().openStream()) {
      assertThat(answer.readAllBytes()).isEqualTo(content);
    }
    assertThat(stores().open().locate(digest).blockOptional()).isEmpty();
  }

  @Test
  void needsNoKeyWithASharedAccessSignature() {
    OpenDalBlobStore store =
        stores()
            .open(
                server().endpoint(),
                it ->
                    withOptions(
                        it,
                        Map.of(
                            "container",
                            CloudServer.CONTAINER,
                            "endpoint",
                            server().endpoint().toString(),
                            "account_name",
                            Azurite.ACCOUNT,
                            "sas_token",
                            ((Azurite) server()).sharedAccess())));
    byte[] content = Bodies.random(7 * MIB, 26);
    UploadId upload = UploadId.random();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.check().block();

    store.append(upload, 0, Bodies.of(content)).block();
    store.commit(upload, digest, content.length).block();

    assertThat(Bodies.read(requireNonNull(store.open(digest).block()))).isEqualTo(content);
    store.delete(digest).block();
    assertThat(store.stat(digest).blockOptional()).isEmpty();
  }

  @Test
  void refusesToStartWithAnotherKeyAndTellsNoSecret() {
    OpenDalBlobStore denied =
        stores().open(server().endpoint(), it -> with(it, "account_key", "b3RoZXI="));

    assertThatThrownBy(() -> denied.check().block())
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("storage.azblob.*")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("b3RoZXI="));
  }

  @Test
  void refusesToStartWithoutItsContainer() {
    OpenDalBlobStore denied =
        stores().open(server().endpoint(), it -> with(it, "container", "missing"));

    assertThatThrownBy(() -> denied.check().block()).isInstanceOf(StorageUnusableException.class);
  }

  @Test
  @Tag("faults")
  void saysThatTheStorageDoesNotAnswerAndComesBack() {
    byte[] content = Bodies.random(1000, 23);
    Digest digest = push(content);
    try (Toxiproxy network = Toxiproxy.before(server().endpoint())) {
      OpenDalBlobStore store = stores().open(server().through(network), UnaryOperator.identity());

      network.disable();
      assertThatThrownBy(() -> store.stat(digest).block())
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));

      network.heal();
      assertThat(store.stat(digest).block()).isEqualTo(1000);
    }
  }

  private static OpenDalSettings with(OpenDalSettings it, String option, String value) {
    Map<String, String> options = new HashMap<>(it.options());
    options.put(option, value);
    return withOptions(it, options);
  }

  private static OpenDalSettings withOptions(OpenDalSettings it, Map<String, String> options) {
    return new OpenDalSettings(
        it.service(),
        options,
        it.root(),
        it.partSize(),
        it.partMemory(),
        it.readMemory(),
        it.redirect(),
        it.swift());
  }

  private static OpenDalSettings redirecting(OpenDalSettings it, Duration lifetime) {
    return new OpenDalSettings(
        it.service(),
        it.options(),
        it.root(),
        it.partSize(),
        it.partMemory(),
        it.readMemory(),
        Optional.of(lifetime),
        it.swift());
  }

  private static String stackTrace(Throwable error) {
    java.io.StringWriter text = new java.io.StringWriter();
    error.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }
}
