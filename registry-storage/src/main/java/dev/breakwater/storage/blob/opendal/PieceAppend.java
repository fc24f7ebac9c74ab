package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.storage.blob.PartMemory;
import dev.breakwater.storage.blob.PartSink;
import java.nio.ByteBuffer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One request that brings bytes for an upload. They become objects while it lasts, and what is left
 * when it ends becomes one more. However it ends, what came is kept, so that the upload can be
 * resumed behind it.
 */
final class PieceAppend {
  private final PieceShipper shipper;
  private final Scheduler workers;
  private final long offset;
  private final PartSink sink;

  /** Goes on when nobody waits for it any more, and is done once. */
  private final Mono<Void> kept;

  /**
   * @param offset where the request's bytes go
   * @param workers where a body is drained that does not choose a thread itself: it may block
   */
  PieceAppend(PieceShipper shipper, PartMemory memory, Scheduler workers, long offset) {
    this.shipper = shipper;
    this.workers = workers;
    this.offset = offset;
    this.sink = new PartSink(memory, shipper::ship, offset);
    this.kept = Mono.defer(this::keepRest).doFinally(_ -> sink.release()).cache();
  }

  /**
   * Takes the body; the memory it was given is given back.
   *
   * @return how many bytes the upload holds then
   */
  Mono<Long> take(BlobBody body) {
    return sink.drain(body, workers, Mono.empty(), _ -> keep(true), this::keep)
        .map(written -> offset + written);
  }

  /** What came counts, once nothing travels any more. */
  private Mono<Void> keep(boolean drained) {
    return sink.end(drained).then(kept).doOnError(_ -> sink.release());
  }

  private Mono<Void> keepRest() {
    ByteBuffer rest = sink.rest();
    Mono<Void> shipped = rest.hasRemaining() ? shipper.ship(sink.restFirst(), rest) : Mono.empty();
    return shipped.then(Mono.defer(shipper::end));
  }
}
