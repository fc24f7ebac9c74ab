package dev.breakwater.core.audit;

import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import reactor.core.publisher.Mono;

/** Writes what happened into the audit log, in the transaction of the change. */
public final class AuditTrail implements EventRecorder {
  /** With this one: a replica that stood still for a month still finds a partition. */
  private static final int MONTHS_AHEAD = 4;

  private final AuditRepository repository;
  private final Clock clock;

  public AuditTrail(AuditRepository repository, Clock clock) {
    this.repository = repository;
    this.clock = clock;
  }

  @Override
  public Mono<Void> record(Tx tx, Event event) {
    return Mono.defer(() -> repository.insert(tx, event, clock.instant()));
  }

  /** Makes room for the months to come: at start, and now and then. */
  public Mono<Void> prepare() {
    return Mono.defer(() ->
        repository.ensurePartitions(
            YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)), MONTHS_AHEAD));
  }
}
