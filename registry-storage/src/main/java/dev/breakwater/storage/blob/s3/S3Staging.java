package dev.breakwater.storage.blob.s3;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.PartMemory;
import dev.breakwater.storage.blob.ReadBack;
import dev.breakwater.storage.blob.StagedUpload;
import dev.breakwater.storage.blob.StagedUpload.Pieces;
import dev.breakwater.storage.blob.StagedUpload.Tail;
import dev.breakwater.storage.blob.StagedUploads;
import dev.breakwater.storage.blob.StoredPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Uploads whose digest is named last. Their parts are put together under a key of their own; the
 * blob is a copy of that, made by the service. The bytes of an unfinished upload cannot be read
 * back, so reading them puts the parts together first.
 */
final class S3Staging {
  private final S3Objects objects;
  private final StagedUploads rows;
  private final ObjectKeys keys;
  private final S3Settings settings;
  private final PartMemory memory;
  private final ObjectCopy copy;
  private final Scheduler workers;

  S3Staging(
      S3Objects objects,
      StagedUploads rows,
      ObjectKeys keys,
      S3Settings settings,
      PartMemory memory,
      ObjectCopy copy,
      Scheduler workers) {
    this.objects = objects;
    this.rows = rows;
    this.keys = keys;
    this.settings = settings;
    this.memory = memory;
    this.copy = copy;
    this.workers = workers;
  }

  Mono<Long> append(UploadId id, long offset, BlobBody body) {
    return begin(id)
        .flatMap(upload -> cut(upload, offset))
        .flatMap(begun ->
            new StagedAppend(
                    objects,
                    rows,
                    keys,
                    settings,
                    memory,
                    begun.upload(),
                    begun.pieces(),
                    offset,
                    workers)
                .take(body));
  }

  Mono<Long> size(UploadId id) {
    return rows.find(id).map(StagedUpload::size).defaultIfEmpty(0L);
  }

  /** Hands the first bytes to the sink, on a worker. */
  Mono<Void> replay(UploadId id, long length, BlobSink sink) {
    Flux<byte[]> bytes =
        rows.find(id)
            .switchIfEmpty(Mono.error(() -> new IOException("upload " + id + " holds no bytes")))
            .flatMap(upload -> readable(upload, length))
            .flatMapMany(key -> objects.read(key, length));
    return ReadBack.into(sink, bytes, workers);
  }

  /** Makes the upload the content of a key; who asks again finds the upload still. */
  Mono<Void> commit(UploadId id, String key, long size) {
    return rows.find(id)
        .flatMap(upload -> assemble(upload, size))
        .switchIfEmpty(Mono.error(() -> missing(id, size)))
        .flatMap(from -> copy.copy(from, key, size));
  }

  /** Removes an upload and everything that belongs to it. */
  Mono<Void> remove(UploadId id) {
    return rows.find(id)
        .flatMap(upload -> removeObjects(upload).then(rows.delete(id)).thenReturn(true))
        .then();
  }

  private Mono<Void> removeObjects(StagedUpload upload) {
    List<Mono<Void>> removals = new ArrayList<>();
    if (upload.sealed().isPresent()) {
      removals.add(objects.delete(upload.key()));
    } else {
      upload.multipart().ifPresent(name -> removals.add(objects.abort(upload.key(), name)));
    }
    for (Tail tail : upload.tails()) {
      removals.add(objects.delete(keys.tail(upload.id(), tail.number())));
    }
    return Mono.whenDelayError(removals);
  }

  /** What a request for the blob itself left behind is no beginning for others. */
  private Mono<StagedUpload> begin(UploadId id) {
    return rows.begin(id, keys.staged(id))
        .flatMap(upload ->
            upload.direct()
                ? rows.beginAnew(id, keys.staged(id)).delayUntil(_ -> removeObjects(upload))
                : Mono.just(upload));
  }

  private Mono<Begun> cut(StagedUpload upload, long offset) {
    if (upload.sealed().isPresent()) {
      return Mono.error(
          new RegistryException(
              ErrorCode.BLOB_UPLOAD_INVALID,
              "upload "
                  + upload.id()
                  + " has got its last byte already; close it without a body, or cancel it"));
    }
    Optional<Pieces> pieces = upload.first(offset);
    if (pieces.isEmpty()) {
      return Mono.error(upload.outOfReach(offset));
    }
    Mono<Begun> begun = Mono.just(new Begun(upload, pieces.get()));
    return upload.size() > offset || !upload.parts().equals(pieces.get().parts())
        ? rows.cut(upload.id(), upload.generation(), offset)
            .filter(ours -> ours)
            .switchIfEmpty(Mono.error(() -> StagedUpload.superseded(upload.id())))
            .then(Mono.defer(() -> removeTailsBehind(upload, offset)))
            .then(begun)
        : begun;
  }

  private Mono<Void> removeTailsBehind(StagedUpload upload, long offset) {
    return Mono.when(
        upload.tails().stream()
            .filter(tail -> tail.first() >= offset)
            .map(tail -> objects.delete(keys.tail(upload.id(), tail.number())))
            .toList());
  }

  /** An object that begins with the first bytes; parts are put together if there are any. */
  private Mono<String> readable(StagedUpload upload, long length) {
    Optional<Pieces> pieces = upload.sealed().isPresent() ? Optional.empty() : upload.first(length);
    return pieces.isPresent() && pieces.get().parts().isEmpty()
        ? Mono.justOrEmpty(pieces.get().tail()).map(tail -> keys.tail(upload.id(), tail.number()))
        : seal(upload, length);
  }

  /** One object with exactly these bytes; empty: there are fewer. */
  private Mono<String> assemble(StagedUpload upload, long size) {
    Optional<Pieces> pieces = upload.first(size);
    boolean oneTail =
        upload.sealed().isEmpty()
            && pieces.isPresent()
            && pieces.get().parts().isEmpty()
            && pieces.get().tail().filter(tail -> tail.size() == size).isPresent();
    return oneTail
        ? Mono.just(keys.tail(upload.id(), pieces.get().tail().orElseThrow().number()))
        : seal(upload, size);
  }

  /** Puts the parts together, the last of which may be copied from a tail. */
  private Mono<String> seal(StagedUpload upload, long size) {
    if (upload.sealed().isPresent()) {
      return upload.sealed().get() == size
          ? Mono.just(upload.key())
          : Mono.error(missing(upload.id(), size));
    }
    if (upload.direct()) {
      return Mono.error(missing(upload.id(), size));
    }
    return Mono.justOrEmpty(upload.first(size))
        .switchIfEmpty(Mono.error(() -> missing(upload.id(), size)))
        .flatMap(pieces -> seal(upload, pieces, size))
        .thenReturn(upload.key());
  }

  private Mono<Void> seal(StagedUpload upload, Pieces pieces, long size) {
    Mono<String> multipart =
        upload
            .multipart()
            .map(Mono::just)
            .orElseGet(() ->
                objects
                    .createMultipart(upload.key())
                    .delayUntil(name -> rows.setMultipart(upload.id(), upload.generation(), name)));
    return multipart
        .flatMap(name ->
            lastPart(upload, pieces, name, size)
                .map(last -> plus(pieces.parts(), last))
                .defaultIfEmpty(pieces.parts())
                .flatMap(parts -> objects.complete(upload.key(), name, parts)))
        .onErrorResume(
            S3Exception.class, error -> objects.unlessCompleted(error, upload.key(), size))
        .then(Mono.defer(() -> rows.seal(upload.id(), upload.generation(), size)))
        .filter(ours -> ours)
        .switchIfEmpty(Mono.error(() -> StagedUpload.superseded(upload.id())))
        .then();
  }

  private Mono<StoredPart> lastPart(
      StagedUpload upload, Pieces pieces, String multipart, long size) {
    return Mono.justOrEmpty(pieces.tail())
        .flatMap(tail -> lastPart(upload, pieces.partsEnd(), multipart, tail, size));
  }

  /**
   * Some services want the checksum of every part and do not tell that of a part that they copied:
   * there the tail, which is smaller than a part, is read and sent once more.
   */
  private Mono<StoredPart> lastPart(
      StagedUpload upload, long first, String multipart, Tail tail, long size) {
    String from = keys.tail(upload.id(), tail.number());
    long skipped = first - tail.first();
    int number = upload.nextPart();
    int length = (int) (size - first);
    return objects
        .copyPart(upload.key(), multipart, number, first, from, skipped, length)
        .flatMap(part ->
            objects.isComplete(part)
                ? Mono.just(part)
                : objects
                    .get(from, skipped, length)
                    .map(ByteBuffer::wrap)
                    .flatMap(bytes ->
                        objects.uploadPart(upload.key(), multipart, number, first, bytes)));
  }

  private static List<StoredPart> plus(List<StoredPart> parts, StoredPart last) {
    List<StoredPart> all = new ArrayList<>(parts);
    all.add(last);
    return all;
  }

  private static IOException missing(UploadId id, long size) {
    return new IOException("upload " + id + " does not hold " + size + " bytes");
  }

  private record Begun(StagedUpload upload, Pieces pieces) {}
}
