package dev.breakwater.storage.sql.job;

import dev.breakwater.core.job.TaskStart;
import dev.breakwater.core.json.Json;
import dev.breakwater.storage.sql.Statements;
import java.util.List;
import reactor.core.publisher.Mono;

/** Inserts tasks. */
final class TaskRows {
  private static final String INSERT =
      """
      INSERT INTO job_task (execution_id, kind, status, priority, parameters, attributes, due_at)
      SELECT $1, $2, 'Pending', $3, task.parameters, task.attributes::jsonb, now()
      FROM unnest($4::text[], $5::text[]) WITH ORDINALITY AS task(parameters, attributes, position)
      ORDER BY task.position
      """;

  private TaskRows() {}

  static Mono<Void> insert(
      Statements statements, long executionId, String kind, int priority, List<TaskStart> tasks) {
    if (tasks.isEmpty()) {
      return Mono.empty();
    }
    return Mono.defer(() ->
            statements.update(
                INSERT,
                executionId,
                kind,
                priority,
                tasks.stream().map(t -> Json.writeText(t.parameters())).toArray(String[]::new),
                tasks.stream().map(t -> Json.writeText(t.attributes())).toArray(String[]::new)))
        .then();
  }
}
