package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.storage.blob.PartMemory;
import dev.breakwater.storage.blob.PartSink;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One request that brings a whole blob whose digest is known. Less than one piece is written under
 * the blob's key at once, from memory. More is staged like any other upload: the library cannot
 * give up an object that it has begun to write in parts, and a client may go away, or its bytes be
 * the wrong ones.
 */
final class WholePush {
  private final CloudObjects objects;
  private final CloudStaging staging;
  private final UploadId upload;
  private final Digest digest;
  private final String key;
  private final Scheduler workers;
  private final PartSink sink;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final AtomicBoolean committing = new AtomicBoolean();
  private final Mono<PieceShipper> shipper;

  /**
   * @param key of the blob
   * @param workers where a body is drained that does not choose a thread itself: it may block
   */
  WholePush(
      CloudObjects objects,
      CloudStaging staging,
      PartMemory memory,
      Scheduler workers,
      UploadId upload,
      Digest digest,
      String key) {
    this.objects = objects;
    this.staging = staging;
    this.workers = workers;
    this.upload = upload;
    this.digest = digest;
    this.key = key;
    this.sink = new PartSink(memory, this::ship, 0);
    this.shipper = Mono.defer(() -> staging.begin(upload, 0)).map(staging::pieces).cache();
  }

  /**
   * @return how many bytes were stored
   */
  Mono<Long> take(BlobBody body, Function<Long, Mono<Void>> verify) {
    return sink.drain(body, workers, Mono.empty(), size -> finish(size, verify), this::giveUp);
  }

  private Mono<Void> finish(long size, Function<Long, Mono<Void>> verify) {
    return sink.end(true)
        .then(Mono.defer(() -> verify.apply(size)))
        .then(
            Mono.defer(() ->
                begun.get() ? commit(size) : objects.write(key, PieceShipper.array(sink.rest()))));
  }

  private Mono<Void> commit(long size) {
    ByteBuffer rest = sink.rest();
    Mono<Void> last = rest.hasRemaining() ? ship(sink.restFirst(), rest) : Mono.empty();
    return last.then(shipper)
        .flatMap(PieceShipper::end)
        .then(
            Mono.defer(() -> {
              sink.release();
              committing.set(true);
              return staging.commit(upload, digest, size).then(staging.remove(upload));
            }));
  }

  /**
   * What was shipped is thrown away once nothing travels any more, and unless a commit goes on with
   * it.
   *
   * @param failed if not, it was cancelled, and whoever writes to the sink will close it
   */
  private Mono<Void> giveUp(boolean failed) {
    return sink.end(failed)
        .onErrorComplete()
        .doFinally(_ -> sink.release())
        .then(
            Mono.defer(() ->
                begun.get() && (failed || !committing.get())
                    ? shipper.flatMap(PieceShipper::giveUp)
                    : Mono.empty()));
  }

  private Mono<Void> ship(long first, ByteBuffer part) {
    begun.set(true);
    return shipper.flatMap(it -> it.ship(first, part));
  }
}
