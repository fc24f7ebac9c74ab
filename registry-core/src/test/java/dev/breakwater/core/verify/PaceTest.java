package dev.breakwater.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

final class PaceTest {
  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final Pace pace = new Pace(10, timer);
  private final AtomicInteger passed = new AtomicInteger();

  @Test
  void letsTheFirstPassAtOnceAndTheOthersInTheirTime() {
    Flux.range(0, 30)
        .concatMap(_ -> pace.take(1).doOnSuccess(_ -> passed.incrementAndGet()))
        .subscribe();

    assertThat(passed).hasValue(1);
    timer.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(passed).hasValue(11);
    timer.advanceTimeBy(Duration.ofMillis(500));
    assertThat(passed).hasValue(16);
  }

  @Test
  void doesNotMakeUpForPauses() {
    timer.advanceTimeBy(Duration.ofHours(1));

    Flux.range(0, 30)
        .concatMap(_ -> pace.take(10).doOnSuccess(_ -> passed.incrementAndGet()))
        .subscribe();
    timer.advanceTimeBy(Duration.ofSeconds(2));

    assertThat(passed).hasValue(3);
  }
}
