package dev.breakwater.storage.sql.job;

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

  private ExecutionRows() {}

  /** Ends the execution if all its tasks have ended. */
  static Mono<Long> settle(Statements statements, long executionId) {
    return statements.update(SETTLE, executionId);
  }
}
