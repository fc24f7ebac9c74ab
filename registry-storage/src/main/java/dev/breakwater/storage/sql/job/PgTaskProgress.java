package dev.breakwater.storage.sql.job;

import dev.breakwater.core.job.LostTask;
import dev.breakwater.core.job.TaskClaims.Claim;
import dev.breakwater.core.job.TaskLog;
import dev.breakwater.core.job.TaskProgress;
import dev.breakwater.core.job.TaskStart;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import io.r2dbc.spi.Readable;
import java.time.OffsetDateTime;
import java.util.List;
import reactor.core.publisher.Mono;

/** What running tasks keep of themselves. */
public final class PgTaskProgress implements TaskProgress {
  private static final String CHECKPOINT =
      """
      UPDATE job_task SET checkpoint = $3, losses = 0, updated_at = now()
      WHERE id = $1 AND claims = $2 AND status = 'Running'
      """;

  /** Until the transaction ends nobody can take the task over. */
  private static final String HOLD =
      """
      SELECT execution_id, kind, priority FROM job_task
      WHERE id = $1 AND claims = $2 AND status = 'Running' FOR UPDATE
      """;

  /**
   * Two transactions of one task, each of which has written a row that refers to it: neither may
   * wait for the other.
   */
  private static final String LOG =
      """
      WITH held AS (
        SELECT id, log_bytes FROM job_task WHERE id = $1 AND claims = $2 FOR NO KEY UPDATE
      ), lines AS (
        SELECT held.id AS task_id, line.written_at, line.text, line.position,
               held.log_bytes + sum(octet_length(line.text)) OVER (ORDER BY line.position) AS total
        FROM held, unnest($3::timestamptz[], $4::text[])
          WITH ORDINALITY AS line(written_at, text, position)
      ), written AS (
        INSERT INTO job_log (task_id, written_at, line)
        SELECT task_id, written_at, text FROM lines
        -- The last few, which say how it ended, always fit.
        WHERE total <= $5 OR text LIKE 'ended: %' OR text LIKE 'failed: %'
        ORDER BY position
      )
      UPDATE job_task SET log_bytes = (SELECT max(total) FROM lines)
      WHERE id IN (SELECT id FROM held)
      """;

  private final Database database;

  public PgTaskProgress(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Void> checkpoint(Claim claim, String state) {
    return checkpoint((Statements) database, claim, state);
  }

  @Override
  public Mono<Void> checkpoint(Tx tx, Claim claim, String state) {
    return checkpoint(database.in(tx), claim, state);
  }

  private static Mono<Void> checkpoint(Statements statements, Claim claim, String state) {
    return statements
        .update(CHECKPOINT, claim.taskId(), claim.number(), state)
        .flatMap(changed ->
            changed == 1 ? Mono.empty() : Mono.error(() -> new LostTask(claim.taskId())));
  }

  @Override
  public Mono<Void> addTasks(Tx tx, Claim claim, List<TaskStart> tasks) {
    return database
        .in(tx)
        .one(HOLD, PgTaskProgress::held, claim.taskId(), claim.number())
        .switchIfEmpty(Mono.error(() -> new LostTask(claim.taskId())))
        .flatMap(held ->
            TaskRows.insert(
                database.in(tx), held.executionId(), held.kind(), held.priority(), tasks))
        .then(Mono.defer(() -> ExecutionRows.wake(database.in(tx), "")))
        .then();
  }

  private static Held held(Readable row) {
    return new Held(
        Rows.number(row, "execution_id"),
        Rows.text(row, "kind"),
        Rows.get(row, "priority", Integer.class));
  }

  @Override
  public Mono<Void> log(Claim claim, List<TaskLog.Line> lines) {
    return log((Statements) database, claim, lines);
  }

  @Override
  public Mono<Void> log(Tx tx, Claim claim, List<TaskLog.Line> lines) {
    return log(database.in(tx), claim, lines);
  }

  private static Mono<Void> log(Statements statements, Claim claim, List<TaskLog.Line> lines) {
    return statements
        .update(
            LOG,
            claim.taskId(),
            claim.number(),
            lines.stream()
                .map(line -> Rows.timestamp(line.writtenAt()))
                .toArray(OffsetDateTime[]::new),
            lines.stream().map(TaskLog.Line::text).toArray(String[]::new),
            (long) TaskLog.MAX_BYTES)
        .then();
  }

  private record Held(long executionId, String kind, int priority) {}
}
