package dev.breakwater.core.notification;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Wakes whoever found nothing to do. To lose no call that comes between looking and waiting, read
 * {@link #calls} first, then look, then wait for a call after those.
 */
public final class WakeUp {
  private static final Duration BUSY = Duration.ofSeconds(1);

  private final AtomicLong calls = new AtomicLong();
  private final Sinks.Many<Long> sink = Sinks.many().replay().latest();

  /** How often it was called so far. */
  public long calls() {
    return calls.get();
  }

  /** Wakes all that wait. */
  public void call() {
    sink.emitNext(calls.incrementAndGet(), Sinks.EmitFailureHandler.busyLooping(BUSY));
  }

  /** Completes at a call after the known ones, or when the patience is over. */
  public Mono<Void> after(long known, Duration patience, Scheduler timer) {
    return Mono.firstWithSignal(
        Mono.delay(patience, timer).then(),
        sink.asFlux().filter(number -> number > known).next().then());
  }
}
