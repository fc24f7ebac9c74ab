package dev.breakwater.core.blob;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.quota.UploadSpace;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The bytes of uploads: where they go, how far they got, and whether there is room for them. */
final class UploadBytes {
  private static final Logger log = LoggerFactory.getLogger(UploadBytes.class);

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

  /**
   * Removes a session and its bytes; what was promised to it is free. Should the database's disk be
   * full, the bytes go nevertheless: they may be what fills it.
   */
  Mono<Void> discard(UploadId id) {
    hashes.forget(id);
    return uploads
        .delete(id)
        .onErrorResume(
            UploadBytes::isFull, _ -> store.abort(id).then(Mono.defer(() -> uploads.delete(id))))
        .then(store.abort(id))
        .then(space.release(id.value()));
  }

  /** Ends the upload by an error, which is the answer whatever becomes of what it leaves behind. */
  <T> Mono<T> discardFor(UploadId id, RegistryException error) {
    return discard(id)
        .onErrorResume(
            Exception.class,
            late -> {
              log.debug("what upload {} left behind stays for a while: {}", id, late.toString());
              return Mono.empty();
            })
        .then(Mono.error(error));
  }

  /**
   * When a disk is full, what the client was not told of does not stay: it would be in the way of
   * others, and of the database, until the upload expires.
   */
  <T> Mono<T> cutWhenFull(UploadSession session, Mono<T> attempt) {
    return attempt.onErrorResume(
        UploadBytes::isFull,
        full ->
            store
                .append(session.id(), session.received(), UploadBytes::nothing)
                .onErrorComplete()
                .then(Mono.error(full)));
  }

  private static boolean isFull(Throwable error) {
    return error instanceof RegistryException known && known.code() == ErrorCode.STORAGE_FULL;
  }

  private static Mono<Long> nothing(BlobSink sink) {
    return Mono.fromCallable(() -> {
      sink.write(new ByteBuffer[0], 0);
      sink.close();
      return 0L;
    });
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
   * Appends the body, and from now on its bytes count; the caller sees to it that nobody else does.
   *
   * @param algorithm what the blob will be addressed by
   * @param range which bytes these are, if the client said so
   * @param length the declared length of the body, if there is one
   * @return the session with its new offset
   * @throws RegistryException (as error signal) as {@link #appendLast}
   */
  Mono<UploadSession> append(
      UploadSession session,
      DigestAlgorithm algorithm,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    return cutWhenFull(
            session,
            appendLast(session, algorithm, false, range, length, body)
                .delayUntil(appended -> advance(session, appended.session().received())))
        .map(appended -> {
          hashes.putBack(session.id(), appended.hash());
          return appended.session();
        });
  }

  /**
   * Appends the body of the request that ends the upload. Nobody is told how far it got: should the
   * request fail, its bytes are there, and count once somebody asks or sends them again.
   *
   * @param algorithm what the blob is addressed by
   * @param held whether the project has the content already
   * @throws RegistryException (as error signal) RANGE_INVALID or SIZE_INVALID if it does not fit,
   *     QUOTA_EXCEEDED, after which the upload is no more
   */
  Mono<Appended> appendLast(
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
                .flatMap(hash ->
                    within(
                        session,
                        offset,
                        held,
                        length,
                        room -> appendFrom(session, offset, hash, room, range, body))));
  }

  /** Whether a request that names the digest brings a whole blob, and the store gains from that. */
  boolean isWhole(UploadSession session, Optional<ChunkRange> range, Optional<Long> length) {
    return store.storesWhole() && bringsAll(session, range) && length.orElse(1L) > 0;
  }

  /** Whether nothing came before this request. */
  boolean bringsAll(UploadSession session, Optional<ChunkRange> range) {
    return session.received() == 0 && range.map(chunk -> chunk.first() == 0).orElse(true);
  }

  /**
   * Stores a whole blob, see {@link BlobStore#storeWhole}; the errors are those of {@link #append}.
   *
   * @param verify decides whether it may become visible
   */
  Mono<Appended> storeWhole(
      UploadSession session,
      Digest digest,
      boolean held,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body,
      Function<Appended, Mono<Void>> verify) {
    return fromStart(
        session,
        held,
        range,
        length,
        room -> storeWhole(session, digest, room, range, body, verify));
  }

  private Mono<Appended> fromStart(
      UploadSession session,
      boolean held,
      Optional<ChunkRange> range,
      Optional<Long> length,
      Function<UploadSpace, Mono<Appended>> write) {
    return offset(session, range, length).flatMap(_ -> within(session, 0, held, length, write));
  }

  private Mono<Appended> storeWhole(
      UploadSession session,
      Digest digest,
      UploadSpace room,
      Optional<ChunkRange> range,
      BlobBody body,
      Function<Appended, Mono<Void>> verify) {
    RunningHash hash = new RunningHash(digest.algorithm());
    return store
        .storeWhole(
            session.id(),
            digest,
            counted(hash, room, body),
            end -> verify.apply(appended(session, requireLength(range, 0, end), hash)))
        .map(end -> appended(session, end, hash));
  }

  /**
   * Hashes a whole blob and keeps nothing of it; the errors are those of {@link #append}.
   *
   * @param digest tells the algorithm
   */
  Mono<Appended> compare(
      UploadSession session,
      Digest digest,
      boolean held,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    RunningHash hash = new RunningHash(digest.algorithm());
    return fromStart(
        session,
        held,
        range,
        length,
        room ->
            counted(hash, room, body)
                .drainTo(BlobSink.NOWHERE)
                .map(end -> appended(session, requireLength(range, 0, end), hash)));
  }

  /** The hash over everything; it may have to be read back. */
  Mono<RunningHash> wholeHash(Appended appended) {
    return hashes.whole(appended.session().id(), appended.hash(), appended.session().received());
  }

  private static Appended appended(UploadSession session, long end, RunningHash hash) {
    return new Appended(session.withReceived(end), hash);
  }

  private static BlobBody counted(RunningHash hash, UploadSpace room, BlobBody body) {
    return body == BlobBody.EMPTY
        ? BlobBody.EMPTY
        : sink -> body.drainTo(new HashingSink(hash, new MeteredSink(room, sink)));
  }

  /** An upload that does not fit ends: what was promised to it is free for others at once. */
  private Mono<Appended> within(
      UploadSession session,
      long offset,
      boolean held,
      Optional<Long> length,
      Function<UploadSpace, Mono<Appended>> write) {
    return space
        .forUpload(session.projectId(), session.id().value(), offset, held, settings.uploadExpiry())
        .flatMap(room ->
            room.expect(length.orElse(0L))
                .then(Mono.defer(() -> write.apply(room)))
                .delayUntil(_ -> room.giveBack()))
        .onErrorResume(
            RegistryException.class,
            error ->
                error.code() == ErrorCode.QUOTA_EXCEEDED
                    ? discardFor(session.id(), error)
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
        .append(session.id(), offset, counted(hash, room, body))
        .map(end -> appended(session, requireLength(range, offset, end), hash));
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
