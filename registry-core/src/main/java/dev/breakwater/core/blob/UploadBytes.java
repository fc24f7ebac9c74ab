package dev.breakwater.core.blob;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.quota.UploadSpace;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The bytes of uploads: where they go, how far they got, and whether there is room for them. */
final class UploadBytes {
  private final UploadRepository uploads;
  private final BlobStore store;
  private final RunningHashes hashes;
  private final ProjectSpace space;
  private final BlobSettings settings;

  UploadBytes(
      UploadRepository uploads, BlobStore store, ProjectSpace space, BlobSettings settings) {
    this.uploads = uploads;
    this.store = store;
    this.hashes = new RunningHashes(store);
    this.space = space;
    this.settings = settings;
  }

  /** What the blob will be addressed by is known before its bytes come. */
  void expect(UploadSession session, DigestAlgorithm algorithm) {
    hashes.putBack(session.id(), new RunningHash(algorithm));
  }

  /** By what the bytes are hashed as long as nobody says something else. */
  DigestAlgorithm algorithm(UploadId id) {
    return hashes.algorithm(id);
  }

  /** All bytes are there: the hash is not needed any more. */
  void forget(UploadId id) {
    hashes.forget(id);
  }

  /** Removes a session and its bytes; what was promised to it is free. */
  Mono<Void> discard(UploadId id) {
    hashes.forget(id);
    return uploads.delete(id).then(store.abort(id)).then(space.release(id.value()));
  }

  /** From now on every stored byte counts. */
  Mono<UploadSession> acknowledgeStored(UploadSession session) {
    return store
        .uploaded(session.id())
        .flatMap(stored ->
            stored <= session.received()
                ? Mono.just(session)
                : advance(session, stored).thenReturn(session.withReceived(stored)));
  }

  /**
   * Appends the body; the caller sees to it that nobody else does.
   *
   * @param algorithm what the blob will be addressed by
   * @param held whether the project has the content already
   * @param range which bytes these are, if the client said so
   * @param length the declared length of the body, if there is one
   * @throws RegistryException (as error signal) RANGE_INVALID or SIZE_INVALID if it does not fit,
   *     QUOTA_EXCEEDED, after which the upload is no more
   */
  Mono<Appended> append(
      UploadSession session,
      DigestAlgorithm algorithm,
      boolean held,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    return offset(session, range, length)
        .flatMap(offset ->
            hashes
                .take(session.id(), algorithm, offset)
                .flatMap(hash -> appendWithin(session, offset, held, hash, range, length, body)));
  }

  /** An upload that does not fit ends: what was promised to it is free for others at once. */
  private Mono<Appended> appendWithin(
      UploadSession session,
      long offset,
      boolean held,
      RunningHash hash,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    return space
        .forUpload(session.projectId(), session.id().value(), offset, held, settings.uploadExpiry())
        .flatMap(room ->
            room.expect(length.orElse(0L))
                .then(Mono.defer(() -> appendFrom(session, offset, hash, room, range, body)))
                .delayUntil(_ -> room.giveBack()))
        .onErrorResume(
            RegistryException.class,
            error ->
                error.code() == ErrorCode.QUOTA_EXCEEDED
                    ? discard(session.id()).then(Mono.error(error))
                    : Mono.error(error));
  }

  private Mono<Appended> appendFrom(
      UploadSession session,
      long offset,
      RunningHash hash,
      UploadSpace room,
      Optional<ChunkRange> range,
      BlobBody body) {
    return store
        .append(
            session.id(),
            offset,
            sink -> body.drainTo(new HashingSink(hash, new MeteredSink(room, sink))))
        .map(end -> requireLength(range, offset, end))
        .flatMap(end ->
            advance(session, end)
                .then(
                    Mono.fromSupplier(() -> {
                      hashes.putBack(session.id(), hash);
                      return new Appended(session.withReceived(end), hash);
                    })));
  }

  /** Where this request's bytes go. */
  private Mono<Long> offset(
      UploadSession session, Optional<ChunkRange> range, Optional<Long> length) {
    if (range.isEmpty()) {
      return Mono.just(session.received());
    }
    ChunkRange chunk = range.get();
    if (length.isPresent() && length.get() != chunk.length()) {
      return Mono.error(
          new RegistryException(
              ErrorCode.SIZE_INVALID,
              "Content-Range says "
                  + chunk.length()
                  + " bytes, Content-Length says "
                  + length.get()));
    }
    if (chunk.first() == session.received()) {
      return Mono.just(session.received());
    }
    return store
        .uploaded(session.id())
        .flatMap(stored ->
            chunk.first() == stored && stored > session.received()
                ? Mono.just(stored)
                : Mono.error(() -> outOfOrder(session, chunk)));
  }

  private static RegistryException outOfOrder(UploadSession session, ChunkRange chunk) {
    return new RegistryException(
        ErrorCode.RANGE_INVALID,
        "the chunk begins at byte "
            + chunk.first()
            + ", the upload goes on at byte "
            + session.received()
            + "; ask for its status and send from there");
  }

  private static long requireLength(Optional<ChunkRange> range, long offset, long end) {
    if (range.isPresent() && end - offset != range.get().length()) {
      throw new RegistryException(
          ErrorCode.SIZE_INVALID,
          "Content-Range says "
              + range.get().length()
              + " bytes, the body had "
              + (end - offset)
              + "; send the chunk again");
    }
    return end;
  }

  private Mono<Void> advance(UploadSession session, long end) {
    if (end == session.received()) {
      return Mono.empty();
    }
    return uploads
        .advance(session.id(), session.received(), end)
        .filter(moved -> moved)
        .switchIfEmpty(Mono.error(() -> UploadId.unknown(session.id().toString())))
        .then();
  }

  /** A session after its bytes were written, and their hash. */
  record Appended(UploadSession session, RunningHash hash) {}
}
