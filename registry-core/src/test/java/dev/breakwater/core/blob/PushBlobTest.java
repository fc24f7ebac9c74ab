package dev.breakwater.core.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

final class PushBlobTest extends InMemoryPush {
  @Test
  void storesWhatCameInSeveralRequests() {
    UploadId id = begin();

    assertThat(append(id, "hello ").received()).isEqualTo(6);
    assertThat(append(id, "world").received()).isEqualTo(11);
    Digest digest = finish(id, sha256("hello world"), BlobBody.EMPTY);

    assertThat(store.stored(digest)).asString(UTF_8).isEqualTo("hello world");
    assertThat(value(blobs.findLinked(REPOSITORY, digest)).size()).isEqualTo(11);
    assertThat(store.replays()).isZero();
  }

  @Test
  void refusesBytesThatDoNotMatchTheDigestAndForgetsThem() {
    UploadId id = begin();
    append(id, "hello");

    assertFails(() -> finish(id, sha256("other"), BlobBody.EMPTY), ErrorCode.DIGEST_INVALID);

    assertThat(store.stored(sha256("other"))).isEmpty();
    assertThat(blobs.findLinked(REPOSITORY, sha256("other")).blockOptional()).isEmpty();
    assertFails(() -> status(id), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void readsTheBytesBackWhenOnlyTheClosingRequestNamesSha512() {
    UploadId id = begin();
    append(id, "hello");
    Digest digest = Digest.compute(DigestAlgorithm.SHA512, "hello".getBytes(UTF_8));

    assertThat(finish(id, digest, BlobBody.EMPTY)).isEqualTo(digest);
    assertThat(store.replays()).isEqualTo(1);
  }

  @Test
  void finishesAnUploadWhoseBlobWasStoredByAProcessThatWasKilledBeforeItNotedThat() {
    UploadId id = begin();
    append(id, "hello");
    blobs.dieBeforeNextCommit();
    assertThatThrownBy(() -> finish(id, sha256("hello"), BlobBody.EMPTY)).hasMessage("killed");

    push = newPushBlob();
    Digest digest = finish(id, sha256("hello"), BlobBody.EMPTY);

    assertThat(value(blobs.findLinked(REPOSITORY, digest)).size()).isEqualTo(5);
    assertThat(store.uploaded(id).block()).isZero();
  }

  @Test
  void hashesOnceWhenTheAlgorithmIsNamedAtTheStart() {
    UploadSession session =
        value(push.begin(ADMIN, REPOSITORY, Optional.of(DigestAlgorithm.SHA512)));
    append(session.id(), "hello");

    finish(
        session.id(),
        Digest.compute(DigestAlgorithm.SHA512, "hello".getBytes(UTF_8)),
        BlobBody.EMPTY);

    assertThat(store.replays()).isZero();
  }

  @Test
  void goesOnAfterARestartByReadingBackOnce() {
    UploadId id = begin();
    append(id, "hello ");

    push = newPushBlob();
    append(id, "world");
    finish(id, sha256("hello world"), BlobBody.EMPTY);

    assertThat(store.replays()).isEqualTo(1);
  }

  @Test
  void refusesAChunkThatSkipsOrRepeatsBytesAndKeepsTheSession() {
    UploadId id = begin();
    appendAt(id, 0, "hello ");

    assertFails(() -> appendAt(id, 7, "x"), ErrorCode.RANGE_INVALID);
    assertFails(() -> appendAt(id, 0, "hello "), ErrorCode.RANGE_INVALID);

    assertThat(status(id).received()).isEqualTo(6);
    appendAt(id, 6, "world");
    finish(id, sha256("hello world"), BlobBody.EMPTY);
  }

  @Test
  void refusesAChunkWhoseLengthIsNotItsRange() {
    UploadId id = begin();

    assertFails(
        () ->
            value(
                push.append(
                    ADMIN,
                    REPOSITORY,
                    id,
                    Optional.of(new ChunkRange(0, 9)),
                    Optional.of(5L),
                    body("hello"))),
        ErrorCode.SIZE_INVALID);
    assertFails(
        () ->
            value(
                push.append(
                    ADMIN,
                    REPOSITORY,
                    id,
                    Optional.of(new ChunkRange(0, 9)),
                    Optional.empty(),
                    body("hello"))),
        ErrorCode.SIZE_INVALID);
    assertThat(appendAt(id, 0, "hello").received()).isEqualTo(5);
  }

  @Test
  void goesOnAtTheAcknowledgedOffsetWhenARequestBrokeOff() {
    UploadId id = begin();
    append(id, "hello ");
    assertThatThrownBy(() ->
            value(
                push.append(
                    ADMIN, REPOSITORY, id, Optional.empty(), Optional.empty(), broken("wo"))))
        .hasStackTraceContaining("broke off");

    append(id, "world");

    finish(id, sha256("hello world"), BlobBody.EMPTY);
  }

  @Test
  void goesOnBehindTheStoredBytesOnceTheClientWasToldOfThem() {
    UploadId id = begin();
    append(id, "hello ");
    assertThatThrownBy(() ->
        value(
            push.append(ADMIN, REPOSITORY, id, Optional.empty(), Optional.empty(), broken("wo"))));

    assertThat(status(id).received()).isEqualTo(8);
    append(id, "rld");

    finish(id, sha256("hello world"), BlobBody.EMPTY);
  }

  @Test
  void goesOnWithAnUploadThatTheDatabaseForgot() {
    UploadId id = begin();
    uploads.delete(id).block();
    append(id, "hello ");
    UploadSession forgotten = value(uploads.find(id));
    append(id, "world");
    uploads.delete(id).then(uploads.create(forgotten)).block();

    Digest digest = finish(id, sha256("hello world"), BlobBody.EMPTY);

    assertThat(store.stored(digest)).asString(UTF_8).isEqualTo("hello world");
    assertThat(store.replays()).isZero();
    assertFails(() -> status(id), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void forgetsAnUploadThatWasCancelled() {
    UploadId id = begin();

    push.cancel(ADMIN, REPOSITORY, id).block();

    assertFails(() -> append(id, "hello"), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void answersAClosingRequestAgainWhenItsAnswerWasLost() {
    Digest digest = sha256("hello");
    UploadId id = begin();
    finish(id, digest, body("hello"));

    assertThat(finish(id, digest, body("hello"))).isEqualTo(digest);
    assertThat(finish(id, digest, BlobBody.EMPTY)).isEqualTo(digest);
    assertFails(() -> finish(id, sha256("other"), body("other")), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void takesAClosingRequestAgainWhoseBlobCouldNotBeNoted() {
    Digest digest = sha256("hello world");
    UploadId id = begin();
    append(id, "hello ");
    blobs.dieBeforeNextCommit();
    assertThatThrownBy(() -> finishAt(id, digest, 6, "world")).hasMessageContaining("killed");

    assertThat(finishAt(id, digest, 6, "world")).isEqualTo(digest);

    assertThat(store.stored(digest)).asString(UTF_8).isEqualTo("hello world");
  }

  @Test
  void writesNoRowForAnUploadThatEndsWithItsFirstBytes() {
    UploadId id = begin();

    assertThat(uploads.find(id).block()).isNull();

    finish(id, sha256("hello"), body("hello"));
    push.keepOlderThan(Duration.ZERO).block();
    assertThat(uploads.find(id).block()).isNull();
  }

  @Test
  void acknowledgesTheFirstBytesOfAnUploadByItsRow() {
    UploadId id = begin();
    append(id, "hello ");

    assertThat(value(uploads.find(id)).received()).isEqualTo(6);

    push = newPushBlob();
    append(id, "world");
    finish(id, sha256("hello world"), BlobBody.EMPTY);
  }

  @Test
  void letsAnUploadOutliveTheProcessOnceItIsOlder() {
    UploadId id = begin();
    now = now.plusMillis(900);
    push.keepOlderThan(Duration.ofSeconds(1)).block();
    assertThat(uploads.find(id).block()).isNull();
    now = now.plusMillis(100);

    push.keepOlderThan(Duration.ofSeconds(1)).block();
    push = newPushBlob();

    assertThat(append(id, "hello").received()).isEqualTo(5);
    finish(id, sha256("hello"), BlobBody.EMPTY);
  }

  @Test
  void forgetsAnUploadThatWasCancelledBeforeItHadARow() {
    UploadId id = begin();
    push.cancel(ADMIN, REPOSITORY, id).block();

    push.keepOlderThan(Duration.ZERO).block();

    assertThat(uploads.find(id).block()).isNull();
  }

  @Test
  void finishesAnUploadWhileItsRowIsWritten() {
    UploadId id = begin();
    Sinks.Empty<Void> written = Sinks.empty();
    uploads.delayCreation(written.asMono());
    CompletableFuture<Void> kept = push.keepOlderThan(Duration.ZERO).toFuture();

    assertThat(status(id).received()).isZero();
    finish(id, sha256("hello"), body("hello"));
    written.tryEmitEmpty().orThrow();

    assertThat(kept).isCompleted();
    assertThat(uploads.find(id).block()).isNull();
  }

  private Digest finishAt(UploadId id, Digest digest, long first, String text) {
    Optional<ChunkRange> range = Optional.of(new ChunkRange(first, first + text.length() - 1));
    return value(push.finish(ADMIN, REPOSITORY, id, digest, range, Optional.empty(), body(text)));
  }
}
