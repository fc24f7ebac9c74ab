package dev.breakwater.core.blob;

import reactor.core.publisher.Mono;

/** The bytes of one request, wherever they come from. They can be drained only once. */
@FunctionalInterface
public interface BlobBody {
  /** No bytes: the closing request of an upload often has none. */
  BlobBody EMPTY = _ -> Mono.just(0L);

  /**
   * Writes all bytes into the sink and closes it, also when the bytes break off or the subscriber
   * cancels. An implementation that has no bytes may leave the sink alone.
   *
   * @return how many bytes were written
   */
  Mono<Long> drainTo(BlobSink sink);
}
