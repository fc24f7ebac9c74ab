package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Of many requests that bring the same new blob to this replica at the same time one writes it. The
 * others let their clients wait for a moment, and their bytes are only hashed then.
 *
 * <p>Nobody depends on the one that writes: when it fails, another one does, and while its client
 * is slow nobody waits for it.
 */
final class BlobWriters {
  /** From how many bytes on a blob is worth it. */
  static final long WORTH = 1024 * 1024;

  /** How often those who wait look whether the one that writes gets on, and how often at most. */
  static final Duration LOOK = Duration.ofSeconds(2);

  private static final int LOOKS = 10;

  /** How many bytes must come between two looks. */
  private static final long ENOUGH = 16 * 1024 * 1024;

  private final ConcurrentMap<Digest, Writer> writers = new ConcurrentHashMap<>();
  private final Scheduler timer;

  BlobWriters(Scheduler timer) {
    this.timer = timer;
  }

  /**
   * Writes a blob, or waits until somebody else has written it.
   *
   * @param write stores what the body brings and completes when the blob may be read
   * @param compare called instead when somebody else has done that meanwhile
   */
  <T> Mono<T> write(
      Digest digest, BlobBody body, Function<BlobBody, Mono<T>> write, Supplier<Mono<T>> compare) {
    return Mono.defer(() -> {
      Writer own = new Writer();
      Writer first = writers.putIfAbsent(digest, own);
      if (first == null) {
        return asFirst(digest, own, write.apply(own.watch(body)));
      }
      return first
          .outcome(LOOKS, 0)
          .flatMap(outcome ->
              switch (outcome) {
                case STORED -> compare.get();
                case FAILED -> write(digest, body, write, compare);
                case SLOW -> write.apply(body);
              });
    });
  }

  private <T> Mono<T> asFirst(Digest digest, Writer own, Mono<T> writing) {
    return Mono.usingWhen(
        Mono.just(own),
        _ -> writing,
        _ -> end(digest, own, Outcome.STORED),
        (_, _) -> end(digest, own, Outcome.FAILED),
        _ -> end(digest, own, Outcome.FAILED));
  }

  private Mono<Void> end(Digest digest, Writer writer, Outcome outcome) {
    return Mono.fromRunnable(() -> {
      writers.remove(digest, writer);
      writer.ended.tryEmitValue(outcome);
    });
  }

  private enum Outcome {
    STORED,
    FAILED,
    SLOW
  }

  /** The one that writes. */
  private final class Writer {
    private final Sinks.One<Outcome> ended = Sinks.one();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean complete;

    BlobBody watch(BlobBody body) {
      return sink -> body.drainTo(new CountingSink(sink, received)).doOnNext(_ -> complete = true);
    }

    Mono<Outcome> outcome(int looks, long seen) {
      return ended.asMono().timeout(LOOK, Mono.defer(() -> look(looks, seen)), timer);
    }

    private Mono<Outcome> look(int looks, long seen) {
      long now = received.get();
      return looks > 1 && (complete || now - seen >= ENOUGH)
          ? outcome(looks - 1, now)
          : Mono.just(Outcome.SLOW);
    }
  }

  private static final class CountingSink extends PassingSink {
    private final AtomicLong count;

    CountingSink(BlobSink next, AtomicLong count) {
      super(next);
      this.count = count;
    }

    @Override
    public void write(ByteBuffer[] batch, int length) throws IOException {
      long bytes = 0;
      for (int i = 0; i < length; i++) {
        bytes += batch[i].remaining();
      }
      next.write(batch, length);
      count.addAndGet(bytes);
    }
  }
}
