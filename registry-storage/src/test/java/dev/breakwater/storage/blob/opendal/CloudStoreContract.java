package dev.breakwater.storage.blob.opendal;

import static dev.breakwater.storage.blob.ObjectStores.MIB;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.adoption.ObjectListing;
import dev.breakwater.core.blob.BlobContent;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.verify.Pace;
import dev.breakwater.core.verify.Section;
import dev.breakwater.core.verify.StoredBlob;
import dev.breakwater.storage.blob.Blobs;
import dev.breakwater.storage.blob.Bodies;
import dev.breakwater.storage.blob.HeldNetwork;
import dev.breakwater.storage.blob.ObjectStoreContract;
import dev.breakwater.storage.blob.ProbeProcess;
import dev.breakwater.storage.blob.Toxiproxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the driver promises beyond {@link ObjectStoreContract}, on each kind of service. */
abstract class CloudStoreContract
    extends ObjectStoreContract<CloudServer, OpenDalBlobStore, CloudStores> {
  @Override
  protected final CloudStores makeStores() {
    return new CloudStores(server());
  }

  @Override
  protected final List<String> leftOver() {
    return requireNonNull(store().stagedObjects().block());
  }

  @Override
  protected final ProbeProcess startPush(List<String> push, Map<String, String> environment) {
    List<String> arguments = new ArrayList<>(List.of(server().service().name(), stores().root()));
    arguments.addAll(push);
    return ProbeProcess.start(CloudPush.class, arguments, environment);
  }

  /** One part of the blob has been written, the second one is being sent. */
  @Override
  protected final void holdClosing(HeldNetwork network) {
    network.holdAfter(7 * MIB);
  }

  /** Each request takes these servers long. */
  @Override
  protected final int many() {
    return 30;
  }

  @AfterEach
  void allReadMemoryIsGivenBack() {
    await().atMost(Duration.ofSeconds(10)).until(() -> stores().readMemoryTaken() == 0);
  }

  @Test
  void finishesACommitThatNobodyWaitsForAnyMore() {
    byte[] content = Bodies.random(11 * MIB, 3);
    UploadId upload = UploadId.random();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store().append(upload, 0, Bodies.of(content)).block();

    store().commit(upload, digest, content.length).subscribe().dispose();

    await().atMost(Duration.ofSeconds(20)).until(() -> store().stat(digest).hasElement().block());
    assertThat(Blobs.read(store(), digest)).isEqualTo(content);
    Blobs.close(store(), upload, content);
    assertNothingIsLeft();
  }

  @Test
  void putsNothingInPlaceThatIsNotWhatItsDigestSays() {
    byte[] content = Bodies.random(11 * MIB, 4);
    UploadId upload = UploadId.random();
    store().append(upload, 0, Bodies.of(content)).block();
    Digest other = Digest.compute(DigestAlgorithm.SHA256, new byte[] {1});

    assertThatThrownBy(() -> store().commit(upload, other, content.length).block())
        .hasStackTraceContaining("have the digest");

    assertThat(store().stat(other).blockOptional()).isEmpty();
    store().abort(upload).block();
  }

  @Test
  void refusesWhatIsLargerThanTheServiceTakes() {
    UploadId upload = UploadId.random();
    long limit = server().settings(server().endpoint(), "").largestBlob();
    long offset = limit - MIB;
    stores()
        .database()
        .update(
            "INSERT INTO staged_upload (id, object_key, busy, next_part) VALUES ($1, '', false, 2)",
            upload.value())
        .block();
    stores()
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
    assertThatThrownBy(() -> store().append(upload, offset, Bodies.of(tooMuch)).block())
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BODY_TOO_LARGE);
              assertThat(e).hasMessageContaining(Long.toString(limit));
            });
    store().abort(upload).block();
  }

  @Test
  void letsManyMoreUploadsThanPiecesFinish() {
    OpenDalBlobStore narrow =
        stores().open(server().endpoint(), it -> withMemory(it, 3 * OpenDalSettings.SMALLEST_PART));
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
                      .append(upload, 0, Bodies.slow(own, 256 * 1024, clients()))
                      .flatMap(size -> narrow.commit(upload, digest, size).thenReturn(digest));
                },
                12)
            .collectList()
            .block();

    assertThat(pushed).doesNotHaveDuplicates().hasSize(12);
  }

  @Test
  void holdsLittleMemoryForReadersThatDoNotRead() {
    byte[] content = Bodies.random(6 * MIB, 8);
    Digest digest = Blobs.push(store(), content);

    List<Disposable> lazy = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      BlobContent.Streamed open =
          (BlobContent.Streamed) requireNonNull(store().open(digest).block());
      lazy.add(
          open.read(0, content.length)
              .doOnNext(BlobContent.Chunk::discard)
              .subscribe(_ -> {}, _ -> {}, () -> {}, subscription -> subscription.request(1)));
    }

    assertThat(Blobs.read(store(), digest)).isEqualTo(content);
    lazy.forEach(Disposable::dispose);
  }

  @Test
  void goesOnOverANetworkThatBreaksConnections() {
    try (Toxiproxy network = Toxiproxy.before(server().endpoint())) {
      OpenDalBlobStore far = stores().open(server().through(network));
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
      assertThat(Blobs.read(far, digest)).isEqualTo(content);
    }
  }

  @Test
  void putsABlobTogetherOverANetworkThatResetsEverything() {
    try (Toxiproxy network = Toxiproxy.before(server().endpoint())) {
      OpenDalBlobStore far = stores().open(server().through(network));
      byte[] content = Bodies.random(7 * MIB, 25);
      Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
      UploadId upload = UploadId.random();
      far.append(upload, 0, Bodies.of(content)).block();

      network.reset();
      Mono<Void> healing = Mono.delay(Duration.ofMillis(500)).doOnNext(_ -> network.heal()).then();
      Mono<Boolean> commit = far.commit(upload, digest, content.length).thenReturn(true);
      assertThat(Mono.zip(commit, healing.thenReturn(true), (done, _) -> done).block()).isTrue();

      assertThat(Blobs.read(store(), digest)).isEqualTo(content);
    }
  }

  @Test
  void answersUnavailableWhileItsServerIsAwayAndGoesOnWhenItIsBack() {
    byte[] content = Bodies.random(11 * MIB, 23);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    Digest other = Blobs.push(store(), new byte[1000]);
    UploadId growing = UploadId.random();
    UploadId closing = UploadId.random();
    store().append(growing, 0, Bodies.of(Arrays.copyOf(content, 6 * MIB))).block();
    store().append(closing, 0, Bodies.of(content)).block();
    try (Toxiproxy network = Toxiproxy.before(server().endpoint())) {
      OpenDalBlobStore far = stores().open(server().through(network));
      assertThat(far.stat(other).block()).isEqualTo(1000);
      network.bandwidth(256, "upstream");
      byte[] rest = Arrays.copyOfRange(content, 6 * MIB, content.length);
      CompletableFuture<?> append = far.append(growing, 6 * MIB, Bodies.of(rest)).toFuture();
      CompletableFuture<?> commit = far.commit(closing, digest, content.length).toFuture();
      await().until(() -> far.partsTaken() > 0);

      network.disable();

      assertThat(List.of(append, commit, far.stat(other).toFuture()))
          .allSatisfy(CloudStoreContract::assertUnavailable);
      assertThat(store().stat(digest).blockOptional()).isEmpty();
      assertThat(uploaded(growing)).isEqualTo(6 * MIB);

      network.heal();
      assertThat(far.stat(other).block()).isEqualTo(1000);
      far.append(growing, 6 * MIB, Bodies.of(rest)).block();
      Blobs.close(far, growing, content);
      store().delete(digest).block();
      Blobs.close(far, closing, content);
    }
    assertThat(Blobs.read(store(), digest)).isEqualTo(content);
    assertNothingIsLeft();
  }

  private static void assertUnavailable(CompletableFuture<?> request) {
    assertThat(request)
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  @Test
  void takesASlowNetworkAsItIs() {
    try (Toxiproxy network = Toxiproxy.before(server().endpoint())) {
      network.latency(Duration.ofMillis(30));
      network.bandwidth(16_384, "downstream");
      OpenDalBlobStore far = stores().open(server().through(network));
      byte[] content = Bodies.random(6 * MIB, 24);
      Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);

      far.storeWhole(UploadId.random(), digest, Bodies.of(content), _ -> Mono.empty()).block();

      assertThat(Blobs.read(far, digest)).isEqualTo(content);
    }
  }

  @Test
  void showsItsObjectsToThoseWhoVerifyThem() {
    byte[] content = Bodies.random(300_000, 11);
    Digest digest = Blobs.push(store(), content);
    Section section = new Section(DigestAlgorithm.SHA256, digest.hex().substring(0, 2));

    StoredBlob found = requireNonNull(store().files().find(digest).block());
    List<StoredBlob> listed = store().files().list(section, 10).blockFirst();

    assertThat(found.size()).isEqualTo(300_000);
    assertThat(found.changedAt())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    assertThat(listed).containsExactly(found);
    assertThat(store().files().countForeign(section).block()).isZero();
    assertThat(store().files().hash(digest, new Pace(Long.MAX_VALUE, clients())).block())
        .isEqualTo(digest);

    String aside = requireNonNull(store().files().quarantine(found).block());
    assertThat(aside).contains("_breakwater/quarantine/sha256/" + digest.hex());
    assertThat(store().stat(digest).blockOptional()).isEmpty();
    assertThat(store().files().remove(found).block()).isFalse();
  }

  @Test
  void showsItsFoldersToThoseWhoAdoptThem() {
    Digest digest = Blobs.push(store(), new byte[] {1, 2, 3});
    ObjectListing listing = store().listing().orElseThrow();
    String blobs = "blobs/sha256/" + digest.hex().substring(0, 2);

    assertThat(listing.folders(blobs).collectList().block()).containsExactly(digest.hex());
    assertThat(listing.folders("repositories").collectList().block()).isEmpty();
    assertThat(listing.read(blobs + "/" + digest.hex() + "/data", 2).block()).containsExactly(1, 2);
    assertThat(listing.read(blobs + "/none/data", 2).blockOptional()).isEmpty();
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
}
