package dev.breakwater.storage.blob.s3;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.PartMemory;
import dev.breakwater.storage.blob.PartSink;
import dev.breakwater.storage.blob.StagedUpload;
import dev.breakwater.storage.blob.StagedUpload.Pieces;
import dev.breakwater.storage.blob.StagedUpload.Tail;
import dev.breakwater.storage.blob.StagedUploads;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One request that brings bytes for an upload. Full parts are shipped while it lasts; what is left
 * when it ends becomes a part as well if it is large enough, and a tail if not. However it ends,
 * what came is kept, so that the upload can be resumed behind it.
 */
final class StagedAppend {
  private final S3Objects objects;
  private final StagedUploads rows;
  private final ObjectKeys keys;
  private final S3Settings settings;
  private final StagedUpload upload;
  private final Pieces pieces;
  private final long offset;
  private final PartSink sink;
  private final Scheduler workers;
  private final Mono<String> multipart;

  /**
   * Goes on when nobody waits for it any more, and is done once: a tail whose request was broken
   * off may be written late, when the upload is gone already.
   */
  private final Mono<Void> kept;

  private int nextPart;

  /**
   * @param upload as the beginning of this request left it
   * @param pieces what it holds up to the offset
   * @param offset where the request's bytes go
   * @param workers where a body is drained that does not choose a thread itself: it may block
   */
  StagedAppend(
      S3Objects objects,
      StagedUploads rows,
      ObjectKeys keys,
      S3Settings settings,
      PartMemory memory,
      StagedUpload upload,
      Pieces pieces,
      long offset,
      Scheduler workers) {
    this.objects = objects;
    this.rows = rows;
    this.keys = keys;
    this.settings = settings;
    this.upload = upload;
    this.pieces = pieces;
    this.offset = offset;
    this.workers = workers;
    this.nextPart = upload.nextPart();
    this.sink = new PartSink(memory, this::ship, pieces.partsEnd());
    this.multipart = upload.multipart().map(Mono::just).orElseGet(this::createMultipart);
    this.kept = Mono.defer(this::keepRest).doFinally(_ -> sink.release()).cache();
  }

  /**
   * Takes the body; what it was given is given back.
   *
   * @return how many bytes the upload holds then
   */
  Mono<Long> take(BlobBody body) {
    return sink.drain(body, workers, Mono.defer(this::loadTail), _ -> keep(true), this::keep)
        .map(written -> offset + written);
  }

  /** The last bytes before the offset are in front of the part that is filled now. */
  private Mono<Void> loadTail() {
    int length = (int) (offset - pieces.partsEnd());
    return pieces
        .tail()
        .map(tail ->
            objects
                .get(
                    keys.tail(upload.id(), tail.number()), pieces.partsEnd() - tail.first(), length)
                .doOnNext(sink::preload)
                .then())
        .orElse(Mono.empty());
  }

  /** What came counts, once nothing travels any more. */
  private Mono<Void> keep(boolean drained) {
    return sink.end(drained).then(kept).doOnError(_ -> sink.release());
  }

  private Mono<Void> keepRest() {
    ByteBuffer rest = sink.rest();
    long first = sink.restFirst();
    if (first + rest.remaining() <= offset) {
      return end(Optional.empty());
    }
    if (rest.remaining() >= S3Settings.SMALLEST_PART) {
      return ship(first, rest).then(Mono.defer(() -> end(Optional.empty())));
    }
    if (!rest.hasRemaining()) {
      return end(Optional.empty());
    }
    Tail tail = new Tail(upload.generation(), first, rest.remaining());
    return objects
        .put(keys.tail(upload.id(), tail.number()), rest)
        .then(Mono.defer(() -> end(Optional.of(tail))))
        .onErrorResume(
            RegistryException.class, error -> removeTail(tail.number()).then(Mono.error(error)));
  }

  private Mono<Void> end(Optional<Tail> tail) {
    return rows.end(upload.id(), upload.generation(), tail)
        .flatMap(this::requireOurs)
        .then(Mono.defer(this::removeOldTails));
  }

  /** Nobody goes on before the offset: the bytes there were acknowledged. */
  private Mono<Void> removeOldTails() {
    List<Long> old =
        upload.tails().stream().filter(tail -> tail.end() < offset).map(Tail::number).toList();
    return old.isEmpty()
        ? Mono.empty()
        : Mono.when(old.stream().map(this::removeTail).toList())
            .then(rows.forgetTails(upload.id(), old));
  }

  private Mono<Void> removeTail(long number) {
    return objects.delete(keys.tail(upload.id(), number));
  }

  private Mono<Void> ship(long first, ByteBuffer part) {
    int number = takeNumber();
    if (number > S3Settings.MOST_PARTS) {
      return Mono.error(tooLarge(settings));
    }
    return multipart
        .flatMap(id -> objects.uploadPart(upload.key(), id, number, first, part))
        .flatMap(stored -> rows.addPart(upload.id(), upload.generation(), stored))
        .flatMap(this::requireOurs);
  }

  private synchronized int takeNumber() {
    return nextPart++;
  }

  private Mono<String> createMultipart() {
    return objects
        .createMultipart(upload.key())
        .delayUntil(id ->
            rows.setMultipart(upload.id(), upload.generation(), id).flatMap(this::requireOurs))
        .cache();
  }

  private Mono<Void> requireOurs(boolean ours) {
    return ours ? Mono.empty() : Mono.error(() -> StagedUpload.superseded(upload.id()));
  }

  static RegistryException tooLarge(S3Settings settings) {
    return new RegistryException(
        ErrorCode.BODY_TOO_LARGE,
        "the blob has more than "
            + S3Settings.MOST_PARTS
            + " parts of "
            + settings.partSize()
            + " bytes, which is the limit here; the operator can set storage.s3.part-size higher");
  }
}
