package dev.breakwater.storage.blob.s3;

import static dev.breakwater.storage.blob.ObjectStores.MIB;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.storage.blob.Blobs;
import dev.breakwater.storage.blob.Bodies;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Uploads in parts: resumed after a replica died, too large, bounded in memory. */
@EnabledIf("isWanted")
@Timeout(60)
class S3UploadTest {
  private static VersityGateway server;
  private static S3Stores stores;
  private static Scheduler clients;

  private S3BlobStore store;

  static boolean isWanted() {
    return VersityGateway.isWanted();
  }

  @BeforeAll
  static void start() {
    server = new VersityGateway();
    stores = new S3Stores();
    clients = Schedulers.newBoundedElastic(300, 1000, "clients");
  }

  @AfterAll
  static void stop() {
    clients.dispose();
    stores.close();
    server.close();
  }

  @BeforeEach
  void open() {
    stores.begin();
    store = stores.open(server.endpoint());
  }

  @Test
  void goesOnAtTheAcknowledgedByteAlthoughMoreCame() {
    byte[] content = Bodies.random(14 * MIB, 3);
    UploadId upload = UploadId.random();
    store.append(upload, 0, Bodies.of(Arrays.copyOf(content, 3 * MIB))).block();
    store.append(upload, 3 * MIB, Bodies.of(Bodies.random(9 * MIB, 33))).block();

    byte[] rest = Arrays.copyOfRange(content, 3 * MIB, content.length);
    store.append(upload, 3 * MIB, Bodies.of(rest)).block();

    assertThat(Blobs.read(store, Blobs.close(store, upload, content))).isEqualTo(content);
    assertNothingIsLeft();
  }

  @Test
  void refusesWhatNeedsMoreThanTenThousandParts() {
    UploadId upload = UploadId.random();
    stores
        .database()
        .update(
            """
            INSERT INTO staged_upload (id, object_key, busy, next_part) VALUES ($1, $2, false, 10000)
            """,
            upload.value(),
            "unused")
        .block();

    assertThatThrownBy(() -> store.append(upload, 0, Bodies.of(Bodies.random(12 * MIB, 4))).block())
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BODY_TOO_LARGE);
              assertThat(e).hasMessageContaining("storage.s3.part-size");
            });
    store.abort(upload).block();
  }

  @Test
  void copiesInPartsWhatIsTooLargeToBeCopiedAtOnce() {
    byte[] content = Bodies.random(17 * MIB, 5);
    UploadId upload = UploadId.random();
    S3BlobStore small = stores.openWithCopyLimit(server.endpoint(), 5 * MIB);
    small.append(upload, 0, Bodies.of(content)).block();

    Digest digest = Blobs.close(small, upload, content);

    assertThat(Blobs.read(store, digest)).isEqualTo(content);
    assertNothingIsLeft();
  }

  @Test
  void letsManyMoreUploadsThanPartsFinish() {
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      contents.add(Bodies.random(6 * MIB + i, i));
    }
    S3BlobStore narrow =
        stores.open(server.endpoint(), it -> S3Stores.withMemory(it, 3 * S3Settings.SMALLEST_PART));

    List<Digest> pushed =
        Flux.fromIterable(contents)
            .flatMap(
                content -> {
                  UploadId upload = UploadId.random();
                  Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
                  return narrow
                      .append(upload, 0, Bodies.slow(content, 256 * 1024, clients))
                      .flatMap(size -> narrow.commit(upload, digest, size))
                      .thenReturn(digest);
                },
                24)
            .collectList()
            .block();

    assertThat(pushed).hasSize(24);
    assertThat(stores.partsTaken()).isZero();
  }

  @Test
  void sendsClientsToTheServiceItself() throws IOException {
    byte[] content = Bodies.random(100_000, 9);
    UploadId upload = UploadId.random();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.storeWhole(upload, digest, Bodies.of(content), _ -> Mono.empty()).block();
    S3BlobStore redirecting = stores.open(server.endpoint(), S3Stores::withRedirect);

    URI location = requireNonNull(redirecting.locate(digest).block());

    try (InputStream answer = location.toURL().openStream()) {
      assertThat(answer.readAllBytes()).isEqualTo(content);
    }
    assertThat(store.locate(digest).blockOptional()).isEmpty();
  }

  private void assertNothingIsLeft() {
    assertThat(server.leftOver(stores.root())).isEmpty();
  }
}
