package dev.breakwater.storage.blob.s3;

import static dev.breakwater.storage.blob.ObjectStores.MIB;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.storage.blob.Blobs;
import dev.breakwater.storage.blob.Bodies;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.Toxiproxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Uploads that others go on with, that a purge meets, and that go over cut wires. */
@Timeout(60)
class S3ProxyUploadTest {
  private static S3ProxyServer server;
  private static S3Stores stores;

  private S3BlobStore store;

  @BeforeAll
  static void start() {
    server = S3ProxyServer.start();
    stores = new S3Stores();
  }

  @AfterAll
  static void stop() {
    stores.close();
    server.close();
  }

  @BeforeEach
  void open() {
    stores.begin();
    store = stores.open(server.endpoint());
  }

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(stores.partsTaken()).isZero();
  }

  @Test
  void purgesWhatAKilledProcessBeganAndCouldNotNote() {
    String blob = new ObjectKeys(stores.root()).blob(digest("begun"));
    String foreign = stores.root() + "/docker/registry/v2/repositories/app/_uploads/1/data";
    try (S3Client client = new S3Client(stores.settings(server.endpoint()))) {
      client.objects().createMultipart(blob).block();
      client.objects().createMultipart(foreign).block();
    }
    Digest noted = digest("noted");
    Disposable running =
        store
            .storeWhole(
                UploadId.random(), noted, Bodies.of(Bodies.random(6 * MIB, 1)), _ -> Mono.never())
            .subscribe();
    await().atMost(Duration.ofSeconds(20)).until(() -> multiparts() == 3);
    stores
        .database()
        .update("UPDATE staged_upload SET touched_at = touched_at + interval '30 hours'")
        .block();
    Instant now = Instant.now();

    assertThat(store.removeStaleUploads(Duration.ofHours(1), now.plusSeconds(23 * 3600)).block())
        .as("less than a day old: it may be going on")
        .isZero();
    assertThat(store.removeStaleUploads(Duration.ofHours(1), now.plusSeconds(25 * 3600)).block())
        .as("neither what is noted nor another program's")
        .isOne();

    assertThat(multiparts()).isEqualTo(2);
    running.dispose();
    await().atMost(Duration.ofSeconds(10)).until(() -> multiparts() == 1);
  }

  @Test
  void aReplicaThatWakesUpChangesNothing() throws InterruptedException {
    byte[] content = Bodies.random(21 * MIB, 8);
    UploadId upload = UploadId.random();
    CountDownLatch asleep = new CountDownLatch(1);
    CountDownLatch awake = new CountDownLatch(1);
    BlobBody interrupted =
        sink ->
            Mono.fromCallable(() -> {
              try {
                sink.write(batch(Arrays.copyOf(content, 7 * MIB)), 1);
                asleep.countDown();
                awake.await();
                sink.write(batch(Bodies.random(16 * MIB, 88)), 1);
                return 23L * MIB;
              } finally {
                sink.close();
              }
            });
    CompletableFuture<Long> sleeping =
        stores.open(server.endpoint()).append(upload, 0, interrupted).toFuture();
    asleep.await();
    await().atMost(Duration.ofSeconds(20)).until(() -> uploaded(upload) >= 5 * MIB);

    int stored = (int) uploaded(upload);
    store.append(upload, stored, Bodies.of(Arrays.copyOfRange(content, stored, 14 * MIB))).block();
    awake.countDown();

    assertThat(sleeping)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withMessageContaining("another request has gone on with upload " + upload);
    byte[] rest = Arrays.copyOfRange(content, 14 * MIB, content.length);
    store.append(upload, 14 * MIB, Bodies.of(rest)).block();
    assertThat(Blobs.read(store, Blobs.close(store, upload, content))).isEqualTo(content);
    assertNothingIsLeft();
  }

  @Test
  void aPushOfAWholeBlobThatWakesUpLeavesTheNextOneAlone() {
    byte[] content = Bodies.random(16 * MIB, 9);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    UploadId upload = UploadId.random();
    Sinks.Empty<Void> awake = Sinks.empty();
    CompletableFuture<Long> sleeping =
        stores
            .open(server.endpoint())
            .storeWhole(upload, digest, Bodies.of(content), _ -> awake.asMono())
            .toFuture();
    await().atMost(Duration.ofSeconds(20)).until(() -> multiparts() == 1);

    store.append(upload, 0, Bodies.of(Arrays.copyOf(content, 9 * MIB))).block();
    awake.tryEmitEmpty();
    assertThat(sleeping).failsWithin(Duration.ofSeconds(20));

    byte[] rest = Arrays.copyOfRange(content, 9 * MIB, content.length);
    store.append(upload, 9 * MIB, Bodies.of(rest)).block();
    Blobs.close(store, upload, content);
    assertThat(Blobs.read(store, digest)).isEqualTo(content);
    assertNothingIsLeft();
  }

  @Test
  @EnabledIf("hasToxiproxy")
  void bearsCutsAndResetsInBothDirections() {
    byte[] content = Bodies.random(11 * MIB, 7);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    try (Toxiproxy network = Toxiproxy.before(server.endpoint())) {
      S3BlobStore far = stores.open(network.endpoint());
      UploadId upload = UploadId.random();
      far.append(upload, 0, Bodies.of(new byte[] {1})).block();

      network.cutAfter(3 * MIB, "upstream");
      Disposable healing =
          Mono.delay(Duration.ofMillis(500)).doOnNext(_ -> network.heal()).subscribe();
      assertThat(far.append(upload, 0, Bodies.of(content)).block()).isEqualTo(11 * MIB);
      far.commit(upload, digest, content.length).block();
      network.cutAfter(4 * MIB, "downstream");

      assertThat(Blobs.read(far, digest)).isEqualTo(content);
      healing.dispose();
    }
  }

  static boolean hasToxiproxy() {
    return Toxiproxy.isWanted();
  }

  private static Digest digest(String text) {
    return Digest.compute(DigestAlgorithm.SHA256, text.getBytes(UTF_8));
  }

  private static ByteBuffer[] batch(byte[] content) {
    return new ByteBuffer[] {ByteBuffer.wrap(content)};
  }

  private long uploaded(UploadId upload) {
    return requireNonNull(store.uploaded(upload).block());
  }

  private static long multiparts() {
    return server.multiparts(stores.root());
  }

  private static void assertNothingIsLeft() {
    assertThat(server.leftOver(stores.root())).isEmpty();
  }
}
