package dev.breakwater.auth.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class RefusalRecordTest {
  private final List<Event> events = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final RefusalRecord refusals =
      new RefusalRecord(
          new DirectTransactions(),
          (_, event) -> Mono.fromRunnable(() -> events.add(event)),
          nanos::get);

  @Test
  void tellsOfARuleAndAnAddressOnceAMinute() {
    refuse("release", "192.0.2.1");
    refuse("release", "192.0.2.1");
    refuse("preview", "192.0.2.1");
    assertThat(events).hasSize(2);

    nanos.addAndGet(RefusalRecord.PERIOD.toNanos());
    refuse("release", "192.0.2.1");

    assertThat(events).hasSize(3);
  }

  @Test
  void isNotFloodedFromManyAddresses() {
    for (int i = 0; i < 1000; i++) {
      refuse("release", "2001:db8::" + i);
    }
    refuse("preview", "192.0.2.1");

    assertThat(events).hasSize(RefusalRecord.MOST + 1);
  }

  private void refuse(String rule, String address) {
    StepVerifier.create(refusals.record(rule, "issuer x", address)).verifyComplete();
  }
}
