package dev.breakwater.core.notification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Gathers what comes while the last batch is on its way, and sends it together: one that comes
 * alone goes at once, and many become few.
 */
final class Batches<T> {
  private static final Logger log = LoggerFactory.getLogger(Batches.class);
  private static final Duration BUSY = Duration.ofSeconds(1);

  private final Function<List<T>, Mono<Void>> send;
  private final Queue<T> queue = new ConcurrentLinkedQueue<>();
  // The last call is kept for whoever listens later: none is lost before the start.
  private final Sinks.Many<Boolean> calls = Sinks.many().replay().latest();

  Batches(Function<List<T>, Mono<Void>> send) {
    this.send = send;
  }

  void add(T item) {
    queue.add(item);
    calls.emitNext(true, Sinks.EmitFailureHandler.busyLooping(BUSY));
  }

  /** Sends until it is cancelled. */
  Mono<Void> run() {
    return calls.asFlux().onBackpressureLatest().concatMap(_ -> sendAll(), 1).then();
  }

  private Mono<Void> sendAll() {
    List<T> batch = new ArrayList<>();
    for (T item = queue.poll(); item != null; item = queue.poll()) {
      batch.add(item);
    }
    return batch.isEmpty()
        ? Mono.empty()
        : Mono.defer(() -> send.apply(batch)).onErrorResume(Exception.class, Batches::lost);
  }

  private static Mono<Void> lost(Exception error) {
    log.debug("a batch was not sent: {}", error.toString());
    return Mono.empty();
  }
}
