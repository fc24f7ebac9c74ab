package dev.breakwater.auth.federation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.transaction.Transactions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/**
 * Tells the audit log of tokens that were refused: once a minute for a rule and an address, and
 * {@value #MOST} times a minute for a rule, so that nobody fills the log with rubbish.
 */
final class RefusalRecord {
  static final Duration PERIOD = Duration.ofMinutes(1);
  static final int MOST = 60;

  private static final int MAX_ENTRIES = 10_000;

  private final Transactions transactions;
  private final EventRecorder events;
  private final Cache<Place, Boolean> places;
  private final Cache<String, AtomicInteger> rules;

  RefusalRecord(Transactions transactions, EventRecorder events) {
    this(transactions, events, Ticker.systemTicker());
  }

  RefusalRecord(Transactions transactions, EventRecorder events, Ticker ticker) {
    this.transactions = transactions;
    this.events = events;
    this.places = cache(ticker).build();
    this.rules = cache(ticker).build();
  }

  private static Caffeine<Object, Object> cache(Ticker ticker) {
    return Caffeine.newBuilder().ticker(ticker).maximumSize(MAX_ENTRIES).expireAfterWrite(PERIOD);
  }

  /**
   * @param rule the name of the rule, or the issuer where several are possible
   */
  Mono<Void> record(String rule, String description, String address) {
    return Mono.defer(() -> {
      if (places.asMap().putIfAbsent(new Place(rule, address), true) != null
          || counted(rule) > MOST) {
        return Mono.empty();
      }
      Event event =
          new Event(
              EventType.LOGIN_WORKLOAD,
              "workload",
              address,
              Optional.empty(),
              rule,
              description,
              false);
      return transactions.inTx(tx -> events.record(tx, event).thenReturn(true)).then();
    });
  }

  private int counted(String rule) {
    return Objects.requireNonNull(rules.get(rule, _ -> new AtomicInteger())).incrementAndGet();
  }

  private record Place(String rule, String address) {}
}
