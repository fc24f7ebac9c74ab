package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.PartMemory;
import dev.breakwater.storage.blob.ReadBack;
import dev.breakwater.storage.blob.StagedUpload;
import dev.breakwater.storage.blob.StagedUploads;
import dev.breakwater.storage.blob.StoredPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Uploads as objects of their own, one or more a request, until they are put together under the
 * blob's key. Rows tell which objects count; the number of each is used once.
 */
final class CloudStaging {
  private static final int AT_ONCE = 8;

  private final CloudObjects objects;
  private final StagedUploads rows;
  private final ObjectKeys keys;
  private final PartMemory memory;
  private final Assembly assembly;
  private final OpenDalSettings settings;
  private final Scheduler workers;

  CloudStaging(
      CloudObjects objects,
      StagedUploads rows,
      ObjectKeys keys,
      PartMemory memory,
      Assembly assembly,
      OpenDalSettings settings,
      Scheduler workers) {
    this.objects = objects;
    this.rows = rows;
    this.keys = keys;
    this.memory = memory;
    this.assembly = assembly;
    this.settings = settings;
    this.workers = workers;
  }

  Mono<Long> append(UploadId id, long offset, BlobBody body) {
    return begin(id, offset)
        .flatMap(upload -> new PieceAppend(pieces(upload), memory, workers, offset).take(body));
  }

  /** Begins a request whose bytes go to the offset; what lies behind it is gone. */
  Mono<StagedUpload> begin(UploadId id, long offset) {
    return rows.begin(id, keys.upload(id)).flatMap(upload -> cut(upload, offset));
  }

  /** Where a request's bytes go. */
  PieceShipper pieces(StagedUpload upload) {
    return new PieceShipper(objects, rows, keys, settings, upload);
  }

  Mono<Long> size(UploadId id) {
    return rows.find(id).map(StagedUpload::size).defaultIfEmpty(0L);
  }

  /** Hands the first bytes to the sink, on a worker. */
  Mono<Void> replay(UploadId id, long length, BlobSink sink) {
    Flux<byte[]> bytes =
        find(id, length)
            .flatMapIterable(pieces -> pieces)
            .concatMap(piece -> objects.read(piece.key(), piece.first(), piece.length()), 0);
    return ReadBack.into(sink, bytes, workers);
  }

  /**
   * Makes the upload a blob. That goes on when nobody waits for it any more; who asks again finds
   * the upload still.
   */
  Mono<Void> commit(UploadId id, Digest digest, long size) {
    Mono<Void> written =
        find(id, size)
            .flatMap(pieces -> assembly.write(keys.blob(digest), pieces, Optional.of(digest)));
    return Mono.fromFuture(written::toFuture, true);
  }

  /**
   * Removes an upload and its objects. What a process that was killed wrote without saying so is
   * found by {@link CloudPurge}.
   */
  Mono<Void> remove(UploadId id) {
    return rows.find(id)
        .flatMap(upload -> removeObjects(upload).then(rows.delete(id)).thenReturn(true))
        .then();
  }

  private Mono<Void> removeObjects(StagedUpload upload) {
    return Flux.fromIterable(upload.parts())
        .flatMapDelayError(
            part -> objects.delete(keys.piece(upload.id(), part.number())), AT_ONCE, AT_ONCE)
        .then();
  }

  private Mono<StagedUpload> cut(StagedUpload upload, long offset) {
    List<StoredPart> kept = upload.partsUpTo(offset);
    long end = kept.isEmpty() ? 0 : kept.getLast().end();
    if (end != offset) {
      return Mono.error(upload.outOfReach(offset));
    }
    List<StoredPart> gone = upload.parts().subList(kept.size(), upload.parts().size());
    return gone.isEmpty()
        ? Mono.just(upload)
        : rows.cut(upload.id(), upload.generation(), offset)
            .filter(ours -> ours)
            .switchIfEmpty(Mono.error(() -> StagedUpload.superseded(upload.id())))
            .thenMany(Flux.fromIterable(gone))
            .flatMap(part -> objects.delete(keys.piece(upload.id(), part.number())), AT_ONCE)
            .then(Mono.just(upload));
  }

  /** Where the first bytes are. */
  private Mono<List<Piece>> find(UploadId id, long length) {
    return rows.find(id)
        .flatMap(upload -> Mono.justOrEmpty(find(upload, length)))
        .switchIfEmpty(
            Mono.error(
                () -> new IOException("upload " + id + " does not hold " + length + " bytes")));
  }

  private Optional<List<Piece>> find(StagedUpload upload, long length) {
    List<Piece> pieces = new ArrayList<>();
    long end = 0;
    for (StoredPart part : upload.parts()) {
      if (end == length || part.first() != end) {
        break;
      }
      int used = (int) Math.min(part.size(), length - end);
      pieces.add(new Piece(keys.piece(upload.id(), part.number()), 0, used));
      end += used;
    }
    return end == length ? Optional.of(pieces) : Optional.empty();
  }
}
