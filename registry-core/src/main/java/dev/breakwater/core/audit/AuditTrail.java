package dev.breakwater.core.audit;

import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import reactor.core.publisher.Mono;

/** Writes what happened into the audit log, in the transaction of the change. */
public final class AuditTrail implements EventRecorder {
  /** With this one: a replica that stood still for a month still finds a partition. */
  private static final int MONTHS_AHEAD = 4;

  private final AuditRepository repository;
  private final ConfigurationSource configuration;
  private final Clock clock;
  private volatile AuditRules rules = AuditRules.DEFAULT;

  public AuditTrail(AuditRepository repository, ConfigurationSource configuration, Clock clock) {
    this.repository = repository;
    this.configuration = configuration;
    this.clock = clock;
  }

  /** One that keeps everything, whatever the settings say. */
  public AuditTrail(AuditRepository repository, Clock clock) {
    this(repository, () -> Mono.just(Configuration.DEFAULTS), clock);
  }

  /**
   * Reads the settings: at start, every few seconds, and when they were changed. Not while an event
   * is recorded: its transaction would hold one connection and wait for another.
   */
  public Mono<Void> refresh() {
    return configuration.current().doOnNext(now -> rules = AuditRules.of(now)).then();
  }

  @Override
  public Mono<Void> record(Tx tx, Event event) {
    return Mono.defer(
        () -> repository.insert(tx, event, clock.instant(), rules.fate(event.type())));
  }

  /** For a statement that records the event itself, with its change. */
  public AuditRepository.Judged judge(Event event) {
    return new AuditRepository.Judged(event, rules.fate(event.type()));
  }

  @Override
  public Mono<Void> recordAll(Tx tx, List<Event> events) {
    return Mono.defer(() ->
        events.isEmpty()
            ? Mono.empty()
            : repository.insertAll(tx, events.stream().map(this::judge).toList(), clock.instant()));
  }

  /** Makes room for the months to come: at start, and now and then. */
  public Mono<Void> prepare() {
    return Mono.defer(() ->
        repository.ensurePartitions(
            YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)), MONTHS_AHEAD));
  }
}
