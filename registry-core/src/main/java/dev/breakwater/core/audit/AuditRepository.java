package dev.breakwater.core.audit;

import dev.breakwater.core.event.Event;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The rows of the audit log; a partition a month. */
public interface AuditRepository {
  /**
   * Hands the event on by the outbox, and writes a row if it is to be kept; in one statement. Its
   * month must have a partition.
   */
  Mono<Void> insert(Tx tx, Event event, Instant happenedAt, AuditRules.Fate fate);

  /** The same for many events, in their order, in one statement. */
  Mono<Void> insertAll(Tx tx, List<Judged> events, Instant happenedAt);

  /**
   * One page, usually the latest first. Fields: id, username, resource, resource_type, operation,
   * op_time, operation_result, operation_description.
   */
  Mono<Slice<AuditEntry>> list(AuditScope scope, ListRequest request);

  /**
   * Makes the partitions of these months where they are missing; several replicas may do this at
   * once.
   */
  Mono<Void> ensurePartitions(YearMonth first, int months);

  /** The months that have a partition, the oldest first. */
  Mono<List<YearMonth>> months();

  /** Whether the month has a row that is of none of these types. */
  Mono<Boolean> hasOthers(YearMonth month, Set<String> labels);

  /** How many rows the month has. */
  Mono<Long> count(YearMonth month);

  /** Drops a month whole; an error signal of UNAVAILABLE if it is in use just now. */
  Mono<Void> drop(Tx tx, YearMonth month);

  /**
   * Looks at the next rows behind a position, by their time, and deletes those of the given types.
   *
   * @param before only rows that are older
   * @param dryRun only counts them
   * @return empty when there is no row left to look at
   */
  Mono<Batch> purge(
      Tx tx, Position after, Instant before, Set<String> labels, boolean dryRun, int limit);

  /** A row, in the order of time. */
  record Position(Instant happenedAt, long id) {
    /** Before all rows. */
    public static final Position START = new Position(Instant.EPOCH, 0);
  }

  /**
   * @param last the last row that was looked at
   * @param purged how many of them are of the given types
   */
  record Batch(Position last, long purged) {}

  /** An event, and what becomes of it. */
  record Judged(Event event, AuditRules.Fate fate) {}
}
