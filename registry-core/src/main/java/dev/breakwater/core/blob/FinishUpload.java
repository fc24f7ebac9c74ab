package dev.breakwater.core.blob;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.quota.ProjectSpace;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The last step of a push: the whole is compared with its digest, stored and linked. */
final class FinishUpload {
  private static final Logger log = LoggerFactory.getLogger(FinishUpload.class);

  private final RememberedUploads uploads;
  private final BlobRepository blobs;
  private final BlobStore store;
  private final UploadBytes bytes;
  private final ProjectSpace space;
  private final BlobSettings settings;
  private final BlobWriters writers;
  private final Clock clock;

  FinishUpload(
      RememberedUploads uploads,
      BlobRepository blobs,
      BlobStore store,
      UploadBytes bytes,
      ProjectSpace space,
      BlobSettings settings,
      Scheduler timer,
      Clock clock) {
    this.uploads = uploads;
    this.blobs = blobs;
    this.store = store;
    this.bytes = bytes;
    this.space = space;
    this.settings = settings;
    this.writers = new BlobWriters(timer);
    this.clock = clock;
  }

  /**
   * Appends the body, which may be empty, and makes the whole a blob of the session's repository.
   *
   * @throws RegistryException (as error signal) DIGEST_INVALID when the bytes do not match
   */
  Mono<Digest> finish(
      UploadSession session,
      Digest digest,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    return bytes.bringsAll(session, range) && length.orElse(0L) >= BlobWriters.WORTH
        ? writers.write(
            digest,
            body,
            counted -> write(session, digest, range, length, counted),
            () -> compare(session, digest, range, length, body))
        : write(session, digest, range, length, body);
  }

  private Mono<Digest> write(
      UploadSession session,
      Digest digest,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    return isHeld(session, digest, length)
        .flatMap(held ->
            bytes.isWhole(session, range, length)
                ? storeWhole(session, digest, held, range, length, body)
                : bytes
                    .cutWhenFull(
                        session,
                        bytes
                            .appendLast(session, digest.algorithm(), held, range, length, body)
                            .delayUntil(appended -> commit(appended, digest)))
                    .flatMap(appended -> linkAppended(appended.session(), digest)));
  }

  /** What the project has already costs nothing; asked only where bytes come with the digest. */
  private Mono<Boolean> isHeld(UploadSession session, Digest digest, Optional<Long> length) {
    return length.orElse(1L) == 0
        ? Mono.just(false)
        : space
            .isLimited(session.projectId())
            .flatMap(limited ->
                limited ? space.holds(session.projectId(), digest.toString()) : Mono.just(false));
  }

  /** Somebody else has just stored the blob; whether this client has it, too, its bytes show. */
  private Mono<Digest> compare(
      UploadSession session,
      Digest digest,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    bytes.forget(session.id());
    return blobs
        .protect(digest, leasedUntil())
        .then(Mono.defer(() -> isHeld(session, digest, length)))
        .flatMap(held -> bytes.compare(session, digest, held, range, length, body))
        .flatMap(whole -> linkStored(whole.session(), digest, whole.hash().finish()))
        .delayUntil(_ -> clear(session.id(), store.abort(session.id())));
  }

  private Mono<Digest> linkStored(UploadSession session, Digest expected, Digest actual) {
    if (!actual.equals(expected)) {
      return refuse(session, expected, actual);
    }
    return blobs
        .protect(expected, leasedUntil())
        .then(Mono.defer(() -> store.stat(expected)))
        .filter(size -> size == session.received())
        .switchIfEmpty(Mono.error(() -> goneMeanwhile(expected)))
        .flatMap(_ -> link(session, expected));
  }

  private Mono<Digest> storeWhole(
      UploadSession session,
      Digest digest,
      boolean held,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    bytes.forget(session.id());
    return bytes
        .storeWhole(session, digest, held, range, length, body, whole -> admit(whole, digest))
        .onErrorResume(
            RegistryException.class,
            error ->
                error.code() == ErrorCode.DIGEST_INVALID
                    ? bytes.discardFor(session.id(), error)
                    : Mono.error(error))
        .flatMap(whole -> link(whole.session(), digest));
  }

  /** The bytes are the right ones, and nobody deletes the blob from now on. */
  private Mono<Void> admit(UploadBytes.Appended whole, Digest expected) {
    Digest actual = whole.hash().finish();
    return actual.equals(expected)
        ? blobs.protect(expected, leasedUntil())
        : Mono.error(mismatch(expected, actual, whole.session().received()));
  }

  private Mono<Void> commit(UploadBytes.Appended appended, Digest expected) {
    bytes.forget(appended.session().id());
    return bytes
        .wholeHash(appended)
        .flatMap(hash -> commit(appended.session(), expected, hash.finish()));
  }

  private Mono<Void> commit(UploadSession session, Digest expected, Digest actual) {
    return actual.equals(expected)
        ? blobs
            .protect(expected, leasedUntil())
            .then(store.commit(session.id(), expected, session.received()))
        : refuse(session, expected, actual);
  }

  private Mono<Digest> linkAppended(UploadSession session, Digest digest) {
    return link(session, digest).delayUntil(_ -> clear(session.id(), store.forget(session.id())));
  }

  private <T> Mono<T> refuse(UploadSession session, Digest expected, Digest actual) {
    return bytes.discardFor(session.id(), mismatch(expected, actual, session.received()));
  }

  /** The blob is acknowledged whatever becomes of this: what stays is purged like other uploads. */
  private static Mono<Void> clear(UploadId id, Mono<Void> leftovers) {
    return leftovers.onErrorResume(
        Exception.class,
        error -> {
          log.debug("what upload {} left behind stays for a while: {}", id, error.toString());
          return Mono.empty();
        });
  }

  private Mono<Digest> link(UploadSession session, Digest digest) {
    return space
        .within(
            session.projectId(),
            session.id().value(),
            blobs.commitUpload(session, digest, session.received(), leasedUntil()))
        .doOnNext(_ -> uploads.finished(session.id()));
  }

  /** Until when a blob that is pushed now is safe without a manifest. */
  Instant leasedUntil() {
    return clock.instant().plus(settings.lease());
  }

  private static RegistryException mismatch(Digest expected, Digest actual, long size) {
    return new RegistryException(
        ErrorCode.DIGEST_INVALID,
        "the "
            + size
            + " bytes that came have the digest "
            + actual
            + ", not "
            + expected
            + "; nothing was stored, push the blob again");
  }

  private static RegistryException goneMeanwhile(Digest digest) {
    return new RegistryException(
        ErrorCode.STORAGE_FAILED,
        "blob " + digest + " was deleted while its bytes came once more; push the blob again");
  }
}
