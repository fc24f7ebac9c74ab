package dev.breakwater.core.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.transaction.Transactions;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Records that something did not fit into a project: once in {@link #SILENCE} for each, because a
 * client tries again and again, with many layers at once.
 */
public final class QuotaAlarm {
  static final String ACTOR = "quota";

  private static final Logger log = LoggerFactory.getLogger(QuotaAlarm.class);
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final QuotaRepository quotas;
  private final Transactions transactions;
  private final EventRecorder events;
  private final Cache<Long, Boolean> told =
      Caffeine.newBuilder().maximumSize(20_000).expireAfterWrite(SILENCE).build();

  public QuotaAlarm(QuotaRepository quotas, Transactions transactions, EventRecorder events) {
    this.quotas = quotas;
    this.transactions = transactions;
    this.events = events;
  }

  /**
   * The refusal does not depend on whether it can be recorded.
   *
   * @param message what the client is told
   */
  Mono<Void> exceeded(long projectId, String message) {
    return Mono.defer(() ->
            told.asMap().putIfAbsent(projectId, true) == null
                ? quotas.find(projectId)
                : Mono.<Quota>empty())
        .flatMap(quota ->
            transactions.inTx(tx -> events.record(tx, event(quota, message)).thenReturn(true)))
        .then()
        .onErrorResume(
            Exception.class,
            error -> {
              log.warn("a full quota was not recorded: {}", error.toString());
              return Mono.empty();
            });
  }

  private static Event event(Quota quota, String message) {
    return new Event(
        EventType.QUOTA_EXCEEDED,
        ACTOR,
        "",
        Optional.of(quota.projectId()),
        quota.projectName(),
        message,
        false);
  }
}
