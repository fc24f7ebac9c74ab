package dev.breakwater.storage.sql.job;

import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import reactor.core.publisher.Mono;

/** Keeps an execution in step with its tasks. */
final class ExecutionRows {
  /** As the worst of its tasks, once none is left; the caller has locked the row. */
  private static final String SETTLE =
      """
      UPDATE job_execution AS execution
      SET status = counted.status, status_message = coalesce(counted.message, ''),
          updated_at = now(), ended_at = now()
      FROM (
        SELECT CASE
                 WHEN bool_or(status = 'Error') THEN 'Error'
                 WHEN bool_or(status = 'Stopped') THEN 'Stopped'
                 ELSE 'Success'
               END AS status,
               max(status_message) FILTER (WHERE status = 'Error') AS message
        FROM job_task WHERE execution_id = $1
      ) AS counted
      WHERE execution.id = $1 AND execution.ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM job_task
                        WHERE execution_id = $1
                          AND status NOT IN ('Stopped', 'Error', 'Success'))
      """;

  private static final String LOCK = "SELECT id FROM job_execution WHERE id = $1 FOR UPDATE";

  private static final String WAKE = "SELECT 1 AS one FROM pg_notify('breakwater_jobs', $1)";

  private ExecutionRows() {}

  /** Ends the execution if all its tasks have ended. */
  static Mono<Long> settle(Statements statements, long executionId) {
    return statements.update(SETTLE, executionId);
  }

  /**
   * Changes tasks of an execution and ends it if none is left. In the same order as tasks that end:
   * the execution first.
   */
  static Mono<Long> settled(Statements statements, long executionId, Mono<Long> change) {
    return statements
        .one(LOCK, row -> Rows.number(row, "id"), executionId)
        .then(change)
        .flatMap(changed -> Mono.defer(() -> settle(statements, executionId)).thenReturn(changed));
  }

  /** Tells the workers at commit that there may be something to do. */
  static Mono<Integer> wake(Statements statements, String kind) {
    return statements.one(WAKE, _ -> 1, kind);
  }
}
