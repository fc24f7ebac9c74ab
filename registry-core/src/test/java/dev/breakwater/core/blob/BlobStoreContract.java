package dev.breakwater.core.blob;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What every driver promises. A driver's test extends this and says how to open its store. */
public abstract class BlobStoreContract {
  private static final int MIB = 1024 * 1024;

  private final Random random = new Random(42);
  private BlobStore store;

  /** A store of its own for each test, empty. */
  protected abstract BlobStore openStore() throws IOException;

  /** Opens what {@link #openStore} opened once more, as another process would. */
  protected abstract BlobStore reopen() throws IOException;

  /** How many blobs and readers are many, for a store that is slow to reach. */
  protected int many() {
    return 100;
  }

  @BeforeEach
  final void open() throws IOException {
    store = openStore();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 64 * 1024, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1})
  void givesBackExactlyWhatWasStored(int size) {
    byte[] content = content(size);

    Digest digest = push(content);

    assertThat(store.stat(digest).block()).isEqualTo((long) size);
    assertThat(read(digest)).isEqualTo(content);
  }

  @Test
  void storesSha512LikeSha256() {
    byte[] content = content(1000);
    UploadId upload = UploadId.random();
    store.append(upload, 0, body(content)).block();

    Digest digest = Digest.compute(DigestAlgorithm.SHA512, content);
    store.commit(upload, digest, content.length).block();

    assertThat(read(digest)).isEqualTo(content);
    assertThat(store.stat(Digest.compute(DigestAlgorithm.SHA256, content)).blockOptional())
        .isEmpty();
  }

  @Test
  void joinsChunksOfAnySize() {
    byte[] content = content(3 * MIB + 17);
    UploadId upload = UploadId.random();

    int offset = 0;
    while (offset < content.length) {
      int length = Math.min(content.length - offset, 1 + random.nextInt(700_000));
      byte[] chunk = Arrays.copyOfRange(content, offset, offset + length);
      long end = value(store.append(upload, offset, body(chunk)));
      offset += length;
      assertThat(end).isEqualTo(offset);
      assertThat(store.uploaded(upload).block()).isEqualTo(offset);
    }
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.commit(upload, digest, content.length).block();

    assertThat(read(digest)).isEqualTo(content);
  }

  @Test
  void goesOnWithAnUploadAfterReopening() throws IOException {
    byte[] content = content(2 * MIB);
    UploadId upload = UploadId.random();
    store.append(upload, 0, body(Arrays.copyOf(content, MIB))).block();

    store = reopen();
    store.append(upload, MIB, body(Arrays.copyOfRange(content, MIB, 2 * MIB))).block();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.commit(upload, digest, content.length).block();

    assertThat(read(digest)).isEqualTo(content);
  }

  @Test
  void cutsOffWhatLiesBehindTheOffset() {
    byte[] content = content(1000);
    UploadId upload = UploadId.random();
    store.append(upload, 0, body(content(700))).block();

    store.append(upload, 0, body(Arrays.copyOf(content, 400))).block();
    store.append(upload, 400, body(Arrays.copyOfRange(content, 400, 1000))).block();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.commit(upload, digest, content.length).block();

    assertThat(read(digest)).isEqualTo(content);
  }

  @Test
  void refusesToLeaveAHole() {
    UploadId upload = UploadId.random();
    store.append(upload, 0, body(content(10))).block();

    assertThatThrownBy(() -> store.append(upload, 20, body(content(10))).block())
        .isInstanceOf(Exception.class);
    assertThat(store.uploaded(upload).block()).isEqualTo(10);
  }

  @Test
  void keepsWhatArrivedBeforeTheBodyBrokeOff() {
    byte[] content = content(5000);
    UploadId upload = UploadId.random();

    assertThatThrownBy(() -> store.append(upload, 0, brokenOff(content)).block())
        .hasStackTraceContaining("broke off");

    assertThat(store.uploaded(upload).block()).isEqualTo(5000);
    assertThat(replayed(upload, 5000)).isEqualTo(content);
  }

  @Test
  void replaysTheFirstBytesOfAnUpload() {
    byte[] content = content(MIB);
    UploadId upload = UploadId.random();
    store.append(upload, 0, body(content)).block();

    assertThat(replayed(upload, 300_000)).isEqualTo(Arrays.copyOf(content, 300_000));
  }

  @Test
  void leavesNothingVisibleWhenAborted() {
    byte[] content = content(1000);
    UploadId upload = UploadId.random();
    store.append(upload, 0, body(content)).block();

    store.abort(upload).block();

    assertThat(store.uploaded(upload).block()).isZero();
    assertThat(store.stat(Digest.compute(DigestAlgorithm.SHA256, content)).blockOptional())
        .isEmpty();
    store.abort(upload).block();
  }

  @Test
  void refusesToCommitMoreBytesThanItHas() {
    byte[] content = content(1000);
    UploadId upload = UploadId.random();
    store.append(upload, 0, body(content)).block();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);

    assertThatThrownBy(() -> store.commit(upload, digest, 1001).block())
        .isInstanceOf(Exception.class);
    assertThat(store.stat(digest).blockOptional()).isEmpty();
  }

  @Test
  void commitsTheSameDigestManyTimesAtOnce() {
    byte[] content = content(100_000);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);

    List<Long> ends =
        Flux.range(0, 20)
            .flatMap(
                _ -> {
                  UploadId upload = UploadId.random();
                  return store
                      .append(upload, 0, body(content))
                      .flatMap(end -> store.commit(upload, digest, end).thenReturn(end));
                },
                20)
            .collectList()
            .block();

    assertThat(ends).hasSize(20).containsOnly(100_000L);
    assertThat(read(digest)).isEqualTo(content);
  }

  @Test
  void commitsManyDigestsAtOnce() {
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < many(); i++) {
      contents.add(content(1 + random.nextInt(50_000)));
    }

    List<Digest> digests =
        Flux.fromIterable(contents)
            .flatMap(content -> Mono.fromCallable(() -> content).flatMap(this::pushLater), 16)
            .collectList()
            .block();

    assertThat(digests).hasSize(many());
    for (byte[] content : contents) {
      assertThat(read(Digest.compute(DigestAlgorithm.SHA256, content))).isEqualTo(content);
    }
  }

  @Test
  void replacesAStoredBlob() {
    byte[] content = content(10_000);
    Digest digest = push(content);

    push(content);

    assertThat(read(digest)).isEqualTo(content);
  }

  @Test
  void keepsAnOpenBlobReadableWhenItIsDeleted() throws Exception {
    byte[] content = content(10_000);
    Digest digest = push(content);

    try (BlobContent open = value(store.open(digest))) {
      store.delete(digest).block();

      assertThat(bytes(open)).isEqualTo(content);
    }
    assertThat(store.open(digest).blockOptional()).isEmpty();
  }

  @Test
  void readsPartsOfABlob() throws IOException {
    byte[] content = content(MIB);
    Digest digest = push(content);

    try (BlobContent open = value(store.open(digest))) {
      if (open instanceof BlobContent.Streamed streamed) {
        assertThat(part(streamed, 1000, 70_000))
            .isEqualTo(Arrays.copyOfRange(content, 1000, 71_000));
        assertThat(part(streamed, 0, 1)).isEqualTo(Arrays.copyOf(content, 1));
        assertThat(part(streamed, MIB - 1, 1)).isEqualTo(Arrays.copyOfRange(content, MIB - 1, MIB));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5 * MIB, 13 * MIB + 5})
  void storesABlobWhoseDigestIsKnownBeforeItsBytes(int size) {
    byte[] content = content(size);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    List<Long> asked = new ArrayList<>();

    Long stored =
        store
            .storeWhole(
                UploadId.random(),
                digest,
                body(content),
                length -> {
                  asked.add(length);
                  return store
                      .stat(digest)
                      .flatMap(_ -> Mono.error(new AssertionError("visible too early")));
                })
            .block();

    assertThat(stored).isEqualTo(size);
    assertThat(asked).containsExactly((long) size);
    assertThat(read(digest)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13 * MIB})
  void storesNothingWhenTheBytesAreNotAdmitted(int size) {
    byte[] content = content(size);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    UploadId upload = UploadId.random();

    assertThatThrownBy(() ->
            store
                .storeWhole(
                    upload, digest, body(content), _ -> Mono.error(new IOException("not admitted")))
                .block())
        .hasStackTraceContaining("not admitted");
    store.abort(upload).block();

    assertThat(store.stat(digest).blockOptional()).isEmpty();
    assertThat(store.uploaded(upload).block()).isZero();
  }

  @Test
  void deletesTwice() {
    Digest digest = push(content(10));

    store.delete(digest).block();
    store.delete(digest).block();

    assertThat(store.stat(digest).blockOptional()).isEmpty();
  }

  @Test
  void knowsNothingOfABlobThatWasNeverPushed() {
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content(3));

    assertThat(store.stat(digest).blockOptional()).isEmpty();
    assertThat(store.open(digest).blockOptional()).isEmpty();
  }

  @Test
  void servesManyReadersOfOneBlob() {
    byte[] content = content(MIB);
    Digest digest = push(content);

    Long good =
        Flux.range(0, many())
            .flatMap(
                _ ->
                    store
                        .open(digest)
                        .publishOn(Schedulers.boundedElastic())
                        .filter(open -> Arrays.equals(bytes(open), content)),
                many())
            .count()
            .block();

    assertThat(good).isEqualTo(many());
  }

  private Digest push(byte[] content) {
    return value(pushLater(content));
  }

  private static <T> T value(Mono<T> mono) {
    return requireNonNull(mono.block(), "a value");
  }

  private Mono<Digest> pushLater(byte[] content) {
    UploadId upload = UploadId.random();
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    return store
        .append(upload, 0, body(content))
        .flatMap(end -> store.commit(upload, digest, end))
        .thenReturn(digest);
  }

  private byte[] content(int size) {
    byte[] content = new byte[size];
    random.nextBytes(content);
    return content;
  }

  private static BlobBody body(byte[] content) {
    if (content.length == 0) {
      return BlobBody.EMPTY;
    }
    return sink ->
        Mono.fromCallable(() -> {
          try {
            sink.write(new ByteBuffer[] {ByteBuffer.wrap(content)}, 1);
          } finally {
            sink.close();
          }
          return (long) content.length;
        });
  }

  private static BlobBody brokenOff(byte[] content) {
    return sink ->
        body(content).drainTo(sink).then(Mono.error(() -> new IOException("the body broke off")));
  }

  private byte[] replayed(UploadId upload, long length) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BlobSink sink =
        new BlobSink() {
          @Override
          public void write(ByteBuffer[] batch, int count) {
            for (int i = 0; i < count; i++) {
              byte[] part = new byte[batch[i].remaining()];
              batch[i].get(part);
              bytes.writeBytes(part);
            }
          }

          @Override
          public void close() {}
        };
    store.replay(upload, length, sink).block();
    return bytes.toByteArray();
  }

  private byte[] read(Digest digest) {
    return bytes(value(store.open(digest)));
  }

  private static byte[] bytes(BlobContent content) {
    try (content) {
      return switch (content) {
        case BlobContent.LocalFile(var channel, long size) -> {
          ByteBuffer bytes = ByteBuffer.allocate((int) size);
          while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            continue;
          }
          yield Arrays.copyOf(bytes.array(), bytes.position());
        }
        case BlobContent.Streamed streamed -> bytes(streamed);
        case BlobContent.Elsewhere(_, _) -> throw new AssertionError("a store opens what it has");
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(BlobContent.Streamed content) {
    return content.size() == 0 ? new byte[0] : part(content, 0, content.size());
  }

  private static byte[] part(BlobContent.Streamed content, long first, long length) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    content
        .read(first, length)
        .doOnNext(chunk -> {
          byte[] part = new byte[chunk.bytes().remaining()];
          chunk.bytes().get(part);
          bytes.writeBytes(part);
          chunk.discard();
        })
        .blockLast();
    return bytes.toByteArray();
  }
}
