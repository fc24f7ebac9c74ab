package dev.breakwater.storage.blob.s3;

import static dev.breakwater.storage.blob.s3.S3Stores.MIB;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.BlobStoreContract;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.storage.blob.Bodies;
import dev.breakwater.storage.blob.TestSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What the driver promises beyond {@link BlobStoreContract}, on each server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class S3StoreContract extends BlobStoreContract {
  private S3Server server;
  private S3Stores stores;
  private Scheduler clients;

  @SuppressWarnings("NullAway.Init") // Each test opens it first.
  private S3BlobStore store;

  abstract S3Server startServer();

  @BeforeAll
  void start() {
    server = startServer();
    stores = new S3Stores();
    clients = Schedulers.newBoundedElastic(50, 1000, "clients");
  }

  @AfterAll
  void stop() {
    clients.dispose();
    stores.close();
    server.close();
  }

  @Override
  protected final BlobStore openStore() {
    stores.begin();
    store = stores.open(server.endpoint());
    return store;
  }

  @Override
  protected final BlobStore reopen() {
    return stores.open(server.endpoint());
  }

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(stores.partsTaken()).isZero();
  }

  @Test
  void goesFromReplicaToReplicaAtAnyByte() {
    byte[] content = Bodies.random(21 * MIB + 17, 1);
    UploadId upload = UploadId.random();
    Random random = new Random(1);

    int offset = 0;
    while (offset < content.length) {
      S3BlobStore replica = stores.open(server.endpoint());
      int length = Math.min(content.length - offset, 1 + random.nextInt(9 * MIB));
      byte[] chunk = Arrays.copyOfRange(content, offset, offset + length);
      assertThat(replica.append(upload, offset, Bodies.of(chunk)).block())
          .isEqualTo(offset + length);
      offset += length;
    }
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.commit(upload, digest, content.length).block();

    assertThat(read(digest)).isEqualTo(content);
    assertNothingIsLeft();
  }

  @Test
  void leavesNothingBehindWhenPushesAreBrokenOffAtAnyMoment() {
    byte[] content = Bodies.random(13 * MIB, 6);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    Random random = new Random(6);
    List<UploadId> uploads = new ArrayList<>();

    for (int i = 0; i < 30; i++) {
      UploadId upload = UploadId.random();
      uploads.add(upload);
      Mono<Long> push =
          i % 2 == 0
              ? store.append(upload, 0, Bodies.slow(content, 64 * 1024, clients))
              : store.storeWhole(
                  upload, digest, Bodies.slow(content, 64 * 1024, clients), _ -> Mono.never());
      Disposable running = push.subscribe(_ -> {}, _ -> {});
      Mono.delay(Duration.ofMillis(random.nextInt(60))).block();
      running.dispose();
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> stores.partsTaken() == 0);
    Flux.fromIterable(uploads).concatMap(store::abort).blockLast();
    assertThat(store.stat(digest).blockOptional()).isEmpty();
    await().atMost(Duration.ofSeconds(10)).untilAsserted(this::assertNothingIsLeft);
  }

  @Test
  void purgesWhatNobodyGoesOnWith() {
    UploadId stale = UploadId.random();
    store.append(stale, 0, Bodies.of(Bodies.random(11 * MIB, 7))).block();
    UploadId unknown = UploadId.random();
    store.append(unknown, 0, Bodies.of(Bodies.random(1000, 8))).block();
    stores.database().update("DELETE FROM staged_upload WHERE id = $1", unknown.value()).block();

    assertThat(store.removeStaleUploads(Duration.ofHours(1), Instant.now()).block()).isZero();
    store.removeStaleUploads(Duration.ofHours(1), Instant.now().plusSeconds(7200)).block();

    assertThat(store.uploaded(stale).block()).isZero();
    assertNothingIsLeft();
  }

  @Test
  void keepsWhatASessionGoesOnWithHoweverOldItsFirstBytesAre() {
    byte[] content = Bodies.random(13 * MIB, 9);
    UploadId upload = UploadId.random();
    store.append(upload, 0, Bodies.of(Arrays.copyOf(content, 11 * MIB))).block();
    Instant later = Instant.now().plusSeconds(7200);
    TestSession.touched(stores.database(), upload, later);

    store.removeStaleUploads(Duration.ofHours(1), later).block();

    byte[] rest = Arrays.copyOfRange(content, 11 * MIB, content.length);
    store.append(upload, 11 * MIB, Bodies.of(rest)).block();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.commit(upload, digest, content.length).block();
    assertThat(read(digest)).isEqualTo(content);
  }

  @Test
  void keepsAPushOfAWholeBlobThatLastsLongerThanUploadsMayStand() {
    byte[] content = Bodies.random(13 * MIB, 10);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    UploadId upload = UploadId.random();
    CompletableFuture<Long> received = new CompletableFuture<>();
    Sinks.Empty<Void> admitted = Sinks.empty();
    Function<Long, Mono<Void>> verify =
        size -> {
          received.complete(size);
          return admitted.asMono();
        };
    CompletableFuture<Long> pushing =
        store.storeWhole(upload, digest, Bodies.of(content), verify).toFuture();
    assertThat(received).succeedsWithin(Duration.ofSeconds(20));
    Instant later = Instant.now().plus(Duration.ofHours(30));
    TestSession.touched(stores.database(), upload, later);

    store.removeStaleUploads(Duration.ofHours(1), later).block();
    admitted.tryEmitEmpty();

    assertThat(pushing).succeedsWithin(Duration.ofSeconds(20));
    assertThat(read(digest)).isEqualTo(content);
  }

  private byte[] read(Digest digest) {
    return Bodies.read(requireNonNull(store.open(digest).block()));
  }

  private void assertNothingIsLeft() {
    assertThat(server.leftOver(stores.root())).isEmpty();
  }
}
