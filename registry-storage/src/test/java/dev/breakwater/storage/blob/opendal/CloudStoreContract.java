package dev.breakwater.storage.blob.opendal;

import static dev.breakwater.storage.blob.opendal.CloudStores.MIB;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.adoption.ObjectListing;
import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobContent;
import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.BlobStoreContract;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.verify.Pace;
import dev.breakwater.core.verify.Section;
import dev.breakwater.core.verify.StoredBlob;
import dev.breakwater.storage.blob.Bodies;
import dev.breakwater.storage.blob.TestSession;
import dev.breakwater.storage.blob.Toxiproxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What the driver promises beyond {@link BlobStoreContract}, on each kind of service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class CloudStoreContract extends BlobStoreContract {
  private CloudServer server;
  private CloudStores stores;
  private Scheduler clients;

  @SuppressWarnings("NullAway.Init") // Each test opens it first.
  private OpenDalBlobStore store;

  abstract CloudServer startServer();

  @BeforeAll
  void start() {
    server = startServer();
    stores = new CloudStores(server);
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
    store = stores.open();
    return store;
  }

  @Override
  protected final BlobStore reopen() {
    return stores.open();
  }

  @AfterEach
  void allMemoryIsGivenBack() {
    await().atMost(Duration.ofSeconds(10)).until(() -> stores.partsTaken() == 0);
    await().atMost(Duration.ofSeconds(10)).until(() -> stores.readMemoryTaken() == 0);
  }

  final CloudServer server() {
    return server;
  }

  /** Each request takes these servers long. */
  @Override
  protected final int many() {
    return 30;
  }

  final CloudStores stores() {
    return stores;
  }

  @Test
  @Tag("resume")
  void goesFromReplicaToReplicaAtAnyByte() {
    byte[] content = Bodies.random(16 * MIB + 17, 1);
    UploadId upload = UploadId.random();
    Random random = new Random(1);

    int offset = 0;
    while (offset < content.length) {
      OpenDalBlobStore replica = stores.open();
      int length = Math.min(content.length - offset, 1 + random.nextInt(9 * MIB));
      byte[] chunk = Arrays.copyOfRange(content, offset, offset + length);
      assertThat(replica.append(upload, offset, Bodies.of(chunk)).block())
          .isEqualTo(offset + length);
      offset += length;
    }
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.commit(upload, digest, content.length).block();

    assertThat(read(digest)).isEqualTo(content);
    assertNothingIsStaged();
  }

  @Test
  @Tag("resume")
  void keepsEveryFullPieceOfAReplicaThatDied() {
    byte[] content = Bodies.random(18 * MIB, 2);
    UploadId upload = UploadId.random();
    store.append(upload, 0, Bodies.of(Arrays.copyOf(content, 2 * MIB))).block();

    OpenDalBlobStore other = stores.open();
    Disposable dying =
        other
            .append(upload, 2 * MIB, endless(Arrays.copyOfRange(content, 2 * MIB, 15 * MIB)))
            .subscribe();
    await().atMost(Duration.ofSeconds(20)).until(() -> uploaded(upload) >= 12 * MIB);

    long stored = uploaded(upload);
    byte[] rest = Arrays.copyOfRange(content, (int) stored, content.length);
    store.append(upload, stored, Bodies.of(rest)).block();
    dying.dispose();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.commit(upload, digest, content.length).block();

    assertThat(read(digest)).isEqualTo(content);
  }

  @Test
  void finishesACommitThatNobodyWaitsForAnyMore() {
    byte[] content = Bodies.random(11 * MIB, 3);
    UploadId upload = UploadId.random();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.append(upload, 0, Bodies.of(content)).block();

    store.commit(upload, digest, content.length).subscribe().dispose();

    await().atMost(Duration.ofSeconds(20)).until(() -> store.stat(digest).hasElement().block());
    assertThat(read(digest)).isEqualTo(content);
    store.commit(upload, digest, content.length).block();
    assertNothingIsStaged();
  }

  @Test
  void putsNothingInPlaceThatIsNotWhatItsDigestSays() {
    byte[] content = Bodies.random(11 * MIB, 4);
    UploadId upload = UploadId.random();
    store.append(upload, 0, Bodies.of(content)).block();
    Digest other = Digest.compute(DigestAlgorithm.SHA256, new byte[] {1});

    assertThatThrownBy(() -> store.commit(upload, other, content.length).block())
        .hasStackTraceContaining("have the digest");

    assertThat(store.stat(other).blockOptional()).isEmpty();
    store.abort(upload).block();
  }

  @Test
  void refusesWhatIsLargerThanTheServiceTakes() {
    UploadId upload = UploadId.random();
    long limit = server.settings(server.endpoint(), "").largestBlob();
    long offset = limit - MIB;
    stores
        .database()
        .update(
            "INSERT INTO staged_upload (id, object_key, busy, next_part) VALUES ($1, '', false, 2)",
            upload.value())
        .block();
    stores
        .database()
        .update(
            """
            INSERT INTO staged_piece (upload_id, tail, number, first_byte, size, entity_tag, checksum)
            VALUES ($1, false, 1, 0, $2, '', '')
            """,
            upload.value(),
            offset)
        .block();

    byte[] tooMuch = new byte[MIB + 1];
    assertThatThrownBy(() -> store.append(upload, offset, Bodies.of(tooMuch)).block())
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BODY_TOO_LARGE);
              assertThat(e).hasMessageContaining(Long.toString(limit));
            });
    store.abort(upload).block();
  }

  @Test
  @Tag("storm")
  void leavesNothingBehindWhenPushesAreBrokenOffAtAnyMoment() {
    byte[] content = Bodies.random(8 * MIB, 6);
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
      Mono.delay(Duration.ofMillis(random.nextInt(40))).block();
      running.dispose();
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> stores.partsTaken() == 0);
    Flux.fromIterable(uploads).flatMap(store::abort, 8).blockLast();
    assertThat(store.stat(digest).blockOptional()).isEmpty();
    await().atMost(Duration.ofSeconds(20)).untilAsserted(this::assertNothingIsStaged);
  }

  @Test
  @Tag("storm")
  void letsManyMoreUploadsThanPiecesFinish() {
    OpenDalBlobStore narrow =
        stores.open(server.endpoint(), it -> withMemory(it, 3 * OpenDalSettings.SMALLEST_PART));
    byte[] content = Bodies.random(5 * MIB + 10, 7);

    List<Digest> pushed =
        Flux.range(0, 12)
            .flatMap(
                i -> {
                  byte[] own = content.clone();
                  own[0] = (byte) i.intValue();
                  UploadId upload = UploadId.random();
                  Digest digest = Digest.compute(DigestAlgorithm.SHA256, own);
                  return narrow
                      .append(upload, 0, Bodies.slow(own, 256 * 1024, clients))
                      .flatMap(size -> narrow.commit(upload, digest, size).thenReturn(digest));
                },
                12)
            .collectList()
            .block();

    assertThat(pushed).doesNotHaveDuplicates().hasSize(12);
  }

  @Test
  @Tag("storm")
  void holdsLittleMemoryForReadersThatDoNotRead() {
    byte[] content = Bodies.random(6 * MIB, 8);
    Digest digest = push(content);

    List<Disposable> lazy = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      BlobContent.Streamed open = (BlobContent.Streamed) requireNonNull(store.open(digest).block());
      lazy.add(
          open.read(0, content.length)
              .doOnNext(BlobContent.Chunk::discard)
              .subscribe(_ -> {}, _ -> {}, () -> {}, subscription -> subscription.request(1)));
    }

    assertThat(read(digest)).isEqualTo(content);
    lazy.forEach(Disposable::dispose);
  }

  @Test
  void purgesWhatNobodyGoesOnWith() {
    UploadId stale = UploadId.random();
    store.append(stale, 0, Bodies.of(Bodies.random(6 * MIB, 9))).block();
    UploadId unknown = UploadId.random();
    store.append(unknown, 0, Bodies.of(Bodies.random(1000, 10))).block();
    stores.database().update("DELETE FROM staged_upload WHERE id = $1", unknown.value()).block();

    assertThat(store.removeStaleUploads(Duration.ofHours(1), Instant.now()).block()).isZero();
    store.removeStaleUploads(Duration.ofHours(1), Instant.now().plusSeconds(7200)).block();

    assertThat(uploaded(stale)).isZero();
    assertNothingIsStaged();
  }

  @Test
  void keepsWhatASessionGoesOnWithHoweverOldItsFirstBytesAre() {
    byte[] content = Bodies.random(8 * MIB, 12);
    UploadId upload = UploadId.random();
    store.append(upload, 0, Bodies.of(Arrays.copyOf(content, 6 * MIB))).block();
    Instant later = Instant.now().plusSeconds(7200);
    TestSession.touched(stores.database(), upload, later);

    store.removeStaleUploads(Duration.ofHours(1), later).block();

    byte[] rest = Arrays.copyOfRange(content, 6 * MIB, content.length);
    store.append(upload, 6 * MIB, Bodies.of(rest)).block();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.commit(upload, digest, content.length).block();
    assertThat(read(digest)).isEqualTo(content);
  }

  @Test
  @Tag("faults")
  void goesOnOverANetworkThatBreaksConnections() {
    try (Toxiproxy network = Toxiproxy.before(server.endpoint())) {
      OpenDalBlobStore far = stores.open(server.through(network), UnaryOperator.identity());
      byte[] content = Bodies.random(12 * MIB, 22);
      Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
      UploadId upload = UploadId.random();

      network.cutAfter(3 * MIB, "upstream");
      Mono<Void> healing = Mono.delay(Duration.ofMillis(500)).doOnNext(_ -> network.heal()).then();
      Mono<Long> append = far.append(upload, 0, Bodies.of(content));
      assertThat(Mono.zip(append, healing.thenReturn(true), (size, _) -> size).block())
          .isEqualTo(12 * MIB);
      far.commit(upload, digest, content.length).block();

      network.cutAfter(5 * MIB, "downstream");
      assertThat(Bodies.read(requireNonNull(far.open(digest).block()))).isEqualTo(content);
    }
  }

  @Test
  @Tag("faults")
  void putsABlobTogetherOverANetworkThatResetsEverything() {
    try (Toxiproxy network = Toxiproxy.before(server.endpoint())) {
      OpenDalBlobStore far = stores.open(server.through(network), UnaryOperator.identity());
      byte[] content = Bodies.random(7 * MIB, 25);
      Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
      UploadId upload = UploadId.random();
      far.append(upload, 0, Bodies.of(content)).block();

      network.reset();
      Mono<Void> healing = Mono.delay(Duration.ofMillis(500)).doOnNext(_ -> network.heal()).then();
      Mono<Boolean> commit = far.commit(upload, digest, content.length).thenReturn(true);
      assertThat(Mono.zip(commit, healing.thenReturn(true), (done, _) -> done).block()).isTrue();

      assertThat(read(digest)).isEqualTo(content);
    }
  }

  @Test
  @Tag("faults")
  void takesASlowNetworkAsItIs() {
    try (Toxiproxy network = Toxiproxy.before(server.endpoint())) {
      network.latency(Duration.ofMillis(30));
      network.bandwidth(16_384, "downstream");
      OpenDalBlobStore far = stores.open(server.through(network), UnaryOperator.identity());
      byte[] content = Bodies.random(6 * MIB, 24);
      Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);

      far.storeWhole(UploadId.random(), digest, Bodies.of(content), _ -> Mono.empty()).block();

      assertThat(Bodies.read(requireNonNull(far.open(digest).block()))).isEqualTo(content);
    }
  }

  @Test
  void showsItsObjectsToThoseWhoVerifyThem() {
    byte[] content = Bodies.random(300_000, 11);
    Digest digest = push(content);
    Section section = new Section(DigestAlgorithm.SHA256, digest.hex().substring(0, 2));

    StoredBlob found = requireNonNull(store.files().find(digest).block());
    List<StoredBlob> listed = store.files().list(section, 10).blockFirst();

    assertThat(found.size()).isEqualTo(300_000);
    assertThat(found.changedAt())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    assertThat(listed).containsExactly(found);
    assertThat(store.files().countForeign(section).block()).isZero();
    assertThat(store.files().hash(digest, new Pace(Long.MAX_VALUE, clients)).block())
        .isEqualTo(digest);

    String aside = requireNonNull(store.files().quarantine(found).block());
    assertThat(aside).contains("_breakwater/quarantine/sha256/" + digest.hex());
    assertThat(store.stat(digest).blockOptional()).isEmpty();
    assertThat(store.files().remove(found).block()).isFalse();
  }

  @Test
  void showsItsFoldersToThoseWhoAdoptThem() {
    Digest digest = push(new byte[] {1, 2, 3});
    ObjectListing listing = store.listing().orElseThrow();
    String blobs = "blobs/sha256/" + digest.hex().substring(0, 2);

    assertThat(listing.folders(blobs).collectList().block()).containsExactly(digest.hex());
    assertThat(listing.folders("repositories").collectList().block()).isEmpty();
    assertThat(listing.read(blobs + "/" + digest.hex() + "/data", 2).block()).containsExactly(1, 2);
    assertThat(listing.read(blobs + "/none/data", 2).blockOptional()).isEmpty();
  }

  final Digest push(byte[] content) {
    UploadId upload = UploadId.random();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.append(upload, 0, Bodies.of(content)).block();
    store.commit(upload, digest, content.length).block();
    return digest;
  }

  final byte[] read(Digest digest) {
    return Bodies.read(requireNonNull(store.open(digest).block()));
  }

  private long uploaded(UploadId upload) {
    return requireNonNull(store.uploaded(upload).block());
  }

  /** Nothing comes any more, and the connection stays open until it is cut. */
  private static BlobBody endless(byte[] content) {
    return sink ->
        Mono.fromCallable(
                () -> {
                  sink.write(new ByteBuffer[] {ByteBuffer.wrap(content)}, 1);
                  return 0L;
                })
            .then(Mono.<Long>never())
            .doOnCancel(() -> close(sink));
  }

  private static void close(BlobSink sink) {
    try {
      sink.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static OpenDalSettings withMemory(OpenDalSettings it, int partMemory) {
    return new OpenDalSettings(
        it.service(),
        it.options(),
        it.root(),
        it.partSize(),
        partMemory,
        it.readMemory(),
        it.redirect(),
        it.swift());
  }

  private void assertNothingIsStaged() {
    assertThat(store.stagedObjects().block()).isEmpty();
  }
}
