package dev.breakwater.storage.blob.opendal;

import static dev.breakwater.storage.blob.ObjectStores.MIB;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.blob.Blobs;
import dev.breakwater.storage.blob.Bodies;
import dev.breakwater.storage.blob.Toxiproxy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("isWanted")
class AzuriteTest extends CloudStoreContract {
  static boolean isWanted() {
    return Azurite.isWanted() && Toxiproxy.isWanted();
  }

  @Override
  protected CloudServer startServer() {
    return new Azurite();
  }

  @Test
  void sendsClientsToTheServiceItself() throws IOException {
    byte[] content = Bodies.random(100_000, 21);
    Digest digest = Blobs.push(store(), content);
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
    store.check().block();

    Digest digest = Blobs.push(store, content);

    assertThat(Blobs.read(store, digest)).isEqualTo(content);
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
