package dev.breakwater.http.management;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Measures how late tasks of the event loops run: a loop that is blocked is late. */
public final class EventLoopDelay {
  private static final long PERIOD_MILLIS = 1_000;

  private EventLoopDelay() {}

  /** Starts a task on each loop, for as long as the loops live. */
  public static void measure(EventLoopGroup loops, MeterRegistry meters) {
    Timer timer =
        Timer.builder("breakwater_event_loop_delay")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(10),
                Duration.ofMillis(100),
                Duration.ofSeconds(1))
            .register(meters);
    for (EventExecutor loop : loops) {
      scheduleNext(loop, timer);
    }
  }

  private static void scheduleNext(EventExecutor loop, Timer timer) {
    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);
    var ignored =
        loop.schedule(
            () -> {
              timer.record(Math.max(0, System.nanoTime() - due), TimeUnit.NANOSECONDS);
              scheduleNext(loop, timer);
            },
            PERIOD_MILLIS,
            TimeUnit.MILLISECONDS);
  }
}
