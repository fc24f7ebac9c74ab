package dev.breakwater.core.verify;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Lets work pass at a bounded rate, without bursts that make up for pauses. */
public final class Pace {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private final double nanosEach;
  private final Scheduler timer;
  private long free;

  /**
   * @param perSecond how many units, 1 or more
   */
  public Pace(long perSecond, Scheduler timer) {
    this.nanosEach = (double) Duration.ofSeconds(1).toNanos() / perSecond;
    this.timer = timer;
    this.free = timer.now(TimeUnit.NANOSECONDS);
  }

  /** Completes when these units may pass. */
  public Mono<Void> take(long units) {
    return Mono.defer(() -> {
      Duration wait = reserve(units);
      return wait.compareTo(SHORTEST) < 0 ? Mono.empty() : Mono.delay(wait, timer).then();
    });
  }

  private synchronized Duration reserve(long units) {
    long now = timer.now(TimeUnit.NANOSECONDS);
    long begin = Math.max(free, now);
    free = begin + (long) (units * nanosEach);
    return Duration.ofNanos(begin - now);
  }
}
