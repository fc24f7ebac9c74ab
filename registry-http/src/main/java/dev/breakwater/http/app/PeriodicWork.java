package dev.breakwater.http.app;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What is done again and again until the program stops. A failure is logged, and tried again. */
final class PeriodicWork implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeriodicWork.class);

  private final Scheduler timer;
  private final Disposable.Composite running = Disposables.composite();

  PeriodicWork(Scheduler timer) {
    this.timer = timer;
  }

  /**
   * Begins with a piece of work after its first period.
   *
   * @param period from begin to begin; when the work takes longer, a turn is left out
   */
  PeriodicWork add(Mono<?> work, Duration period) {
    running.add(
        Flux.interval(period, period, timer)
            .onBackpressureDrop()
            .concatMap(_ -> work.onErrorResume(Exception.class, PeriodicWork::report), 1)
            .subscribe());
    return this;
  }

  private static <T> Mono<T> report(Exception error) {
    log.error("periodic work failed: {}", error.toString());
    return Mono.empty();
  }

  @Override
  public void close() {
    running.dispose();
  }
}
