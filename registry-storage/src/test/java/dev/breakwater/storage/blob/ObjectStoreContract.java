package dev.breakwater.storage.blob;

import static dev.breakwater.storage.blob.ObjectStores.MIB;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.BlobStoreContract;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.storage.sql.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What drivers that keep blobs as objects promise beyond {@link BlobStoreContract}: any replica
 * goes on with an upload, whatever became of the one before. They have pieces of 5 MiB here.
 *
 * @param <V> the server
 * @param <D> the driver
 * @param <S> opens it
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
public abstract class ObjectStoreContract<
        V extends ObjectServer, D extends BlobDriver, S extends ObjectStores<D>>
    extends BlobStoreContract {
  private static final int PIECE = 5 * MIB;

  private V server;
  private S stores;
  private Scheduler clients;

  @SuppressWarnings("NullAway.Init") // Each test opens it first.
  private D store;

  protected abstract V startServer();

  protected abstract S makeStores();

  /** Besides blobs, what there is of the objects under the present root. */
  protected abstract List<String> leftOver();

  /**
   * Starts a program that runs a {@link KilledPush} on the present root.
   *
   * @param push its arguments
   */
  protected abstract ProbeProcess startPush(List<String> push, Map<String, String> environment);

  /** Makes a closing request stand still in its midst. */
  protected abstract void holdClosing(HeldNetwork network);

  @BeforeAll
  void start() {
    server = startServer();
    stores = makeStores();
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
    store = openAnother();
    return store;
  }

  @Override
  protected final BlobStore reopen() {
    return openAnother();
  }

  protected final D openAnother() {
    return stores.open(server.endpoint());
  }

  @AfterEach
  void allPiecesAreGivenBack() {
    await().atMost(Duration.ofSeconds(10)).until(() -> stores.partsTaken() == 0);
  }

  protected final V server() {
    return server;
  }

  protected final S stores() {
    return stores;
  }

  protected final D store() {
    return store;
  }

  /** Where pushes come from. */
  protected final Scheduler clients() {
    return clients;
  }

  @Test
  void goesFromReplicaToReplicaAtAnyByte() {
    byte[] content = Bodies.random(16 * MIB + 17, 1);
    UploadId upload = UploadId.random();
    Random random = new Random(1);

    int offset = 0;
    while (offset < content.length) {
      D replica = openAnother();
      int length = Math.min(content.length - offset, 1 + random.nextInt(9 * MIB));
      byte[] chunk = Arrays.copyOfRange(content, offset, offset + length);
      assertThat(replica.append(upload, offset, Bodies.of(chunk)).block())
          .isEqualTo(offset + length);
      offset += length;
    }

    assertThat(Blobs.read(store, Blobs.close(store, upload, content))).isEqualTo(content);
    assertNothingIsLeft();
  }

  @Test
  void keepsEveryFullPieceOfAReplicaThatIsBelievedDead() {
    byte[] content = Bodies.random(18 * MIB, 2);
    UploadId upload = UploadId.random();
    store.append(upload, 0, Bodies.of(Arrays.copyOf(content, 2 * MIB))).block();

    Disposable dying =
        openAnother()
            .append(upload, 2 * MIB, endless(Arrays.copyOfRange(content, 2 * MIB, 15 * MIB)))
            .subscribe();
    await().atMost(Duration.ofSeconds(20)).until(() -> uploaded(upload) >= 10 * MIB);

    append(upload, uploaded(upload), content);
    dying.dispose();

    assertThat(Blobs.read(store, Blobs.close(store, upload, content))).isEqualTo(content);
  }

  @Test
  void losesNothingWhenItsProcessIsKilledBetweenAndInAndAtTheEndOfRequests() throws IOException {
    KilledPush push;
    try (HeldNetwork network = HeldNetwork.before(server.endpoint());
        HeldNetwork closing = HeldNetwork.before(server.endpoint())) {
      holdClosing(closing);
      push = KilledPush.over(network.endpoint(), closing.endpoint());
      killInTheMidst(push, network, closing);
    }

    assertThat(uploaded(push.between())).isEqualTo(KilledPush.ACKNOWLEDGED);
    assertThat(uploaded(push.inRequest())).isEqualTo(PIECE);
    assertThat(uploaded(push.closing())).isEqualTo(KilledPush.SIZE);
    for (UploadId upload : List.of(push.between(), push.inRequest(), push.closing())) {
      byte[] content = KilledPush.content(upload);
      Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
      assertThat(store.stat(digest).blockOptional()).as("visible too early").isEmpty();

      append(upload, uploaded(upload), content);

      Blobs.close(store, upload, content);
      assertThat(Arrays.equals(Blobs.read(store, digest), content)).isTrue();
    }
    store.removeStaleUploads(Duration.ofHours(1), Instant.now().plusSeconds(7200)).block();
    assertNothingIsLeft();
  }

  private void killInTheMidst(KilledPush push, HeldNetwork network, HeldNetwork closing)
      throws IOException {
    try (ProbeProcess program =
        startPush(push.arguments(), TestDatabase.environment(stores.database()))) {
      program.await("waiting");
      await().atMost(Duration.ofSeconds(20)).until(closing::isHeld);
      await().atMost(Duration.ofSeconds(20)).until(() -> uploaded(push.inRequest()) == PIECE);

      network.holdAnswers();
      long before = network.sent();
      program.tell("go on");
      await().atMost(Duration.ofSeconds(20)).until(() -> network.sent() >= before + 2 * PIECE);

      program.kill();
    }
  }

  @Test
  void canBeAskedAgainForABlobThatNobodyNoted() {
    byte[] content = Bodies.random(11 * MIB, 3);
    UploadId upload = UploadId.random();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.append(upload, 0, Bodies.of(content)).block();
    store.commit(upload, digest, content.length).block();

    D other = openAnother();
    assertThat(other.uploaded(upload).block()).isEqualTo(content.length);
    other.commit(upload, digest, content.length).block();
    other.forget(upload).block();

    assertThat(Blobs.read(store, digest)).isEqualTo(content);
    assertThat(uploaded(upload)).isZero();
    assertNothingIsLeft();
  }

  @Test
  void leavesNothingBehindWhenPushesAreBrokenOffAtAnyMoment() {
    byte[] content = Bodies.random(11 * MIB, 6);
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
    Flux.fromIterable(uploads).flatMap(store::abort, 8).blockLast();
    assertThat(store.stat(digest).blockOptional()).isEmpty();
    await().atMost(Duration.ofSeconds(20)).untilAsserted(this::assertNothingIsLeft);
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

    assertThat(uploaded(stale)).isZero();
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

    append(upload, 11 * MIB, content);
    assertThat(Blobs.read(store, Blobs.close(store, upload, content))).isEqualTo(content);
  }

  /** All of the content from there on. */
  protected final void append(UploadId upload, long offset, byte[] content) {
    if (offset < content.length) {
      byte[] rest = Arrays.copyOfRange(content, (int) offset, content.length);
      store.append(upload, offset, Bodies.of(rest)).block();
    }
  }

  protected final long uploaded(UploadId upload) {
    return requireNonNull(store.uploaded(upload).block());
  }

  protected final void assertNothingIsLeft() {
    assertThat(leftOver()).isEmpty();
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
}
