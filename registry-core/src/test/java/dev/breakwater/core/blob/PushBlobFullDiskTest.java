package dev.breakwater.core.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The database shares the disk with the blobs, and what a client sends fills it. */
final class PushBlobFullDiskTest extends InMemoryPush {
  private static final String FILLING = "all there is room for";
  private static final Digest DIGEST = sha256(FILLING);

  @Test
  void removesTheBytesOfAWholeBlobThatLeftNoRoomForItsRow() {
    blobs.protectAfter(whileFull());
    uploads.changeAfter(whileFull());

    assertFails(
        () -> value(push.pushWhole(ADMIN, REPOSITORY, DIGEST, Optional.empty(), withRow(FILLING))),
        ErrorCode.STORAGE_FULL);

    assertThat(store.bytes()).isZero();
    assertThat(uploads.count()).isZero();
    String small = "small";
    assertThat(
            value(push.pushWhole(ADMIN, REPOSITORY, sha256(small), Optional.empty(), body(small))))
        .isEqualTo(sha256(small));
  }

  @Test
  void keepsNothingOfARequestWhoseOffsetHadNoRoom() {
    UploadId id = begin();
    append(id, "ab");
    uploads.changeAfter(whileFull());

    assertFails(() -> append(id, FILLING), ErrorCode.STORAGE_FULL);

    assertThat(store.bytes()).isEqualTo(2);
    assertThat(append(id, "cd").received()).isEqualTo(4);
    finish(id, sha256("abcd"), BlobBody.EMPTY);
  }

  @Test
  void keepsOfAClosingRequestWhatWasThereBefore() {
    UploadId id = begin();
    append(id, "ab");
    blobs.protectAfter(whileFull());

    assertFails(() -> finish(id, sha256("ab" + FILLING), body(FILLING)), ErrorCode.STORAGE_FULL);

    assertThat(store.bytes()).isEqualTo(2);
    finish(id, sha256("abcd"), body("cd"));
  }

  @Test
  void tellsWhatWasWrongThoughItsTracesStay() {
    UploadId id = begin();
    append(id, "ab");
    uploads.changeAfter(Mono.error(new RegistryException(ErrorCode.UNAVAILABLE, "no database")));

    assertFails(() -> finish(id, sha256("other"), BlobBody.EMPTY), ErrorCode.DIGEST_INVALID);
  }

  /** Has its row in the database before its bytes come. */
  private BlobBody withRow(String text) {
    return sink -> push.keepOlderThan(Duration.ZERO).then(body(text).drainTo(sink));
  }

  private Mono<Void> whileFull() {
    return Mono.defer(() ->
        store.bytes() < FILLING.length()
            ? Mono.empty()
            : Mono.error(new RegistryException(ErrorCode.STORAGE_FULL, "the disk is full")));
  }
}
