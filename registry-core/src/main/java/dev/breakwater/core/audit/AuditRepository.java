package dev.breakwater.core.audit;

import dev.breakwater.core.event.Event;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.time.YearMonth;
import reactor.core.publisher.Mono;

/** The rows of the audit log; a partition a month. */
public interface AuditRepository {
  /** Writes a row; its month must have a partition. */
  Mono<Void> insert(Tx tx, Event event, Instant happenedAt);

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
}
