package dev.breakwater.storage.sql.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.job.Execution;
import dev.breakwater.core.job.JobRepository;
import dev.breakwater.core.job.JobStatus;
import dev.breakwater.core.job.StartJob;
import dev.breakwater.core.job.Task;
import dev.breakwater.core.job.TaskLog;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Executions, tasks and logs as people see and steer them. */
public final class PgJobRepository implements JobRepository {
  private static final String START =
      """
      INSERT INTO job_execution (kind, owner_id, status, trigger, attributes, ended_at)
      VALUES ($1, $2, $3, $4, $5::text::jsonb, CASE WHEN $3 = 'Success' THEN now() END)
      RETURNING id
      """;

  static final String EXECUTIONS =
      """
      SELECT id, kind, owner_id, status, status_message, trigger, attributes::text AS attributes,
             started_at, updated_at, ended_at,
             (SELECT coalesce(json_object_agg(counted.status, counted.n), '{}')::text
              FROM (SELECT status, count(*) AS n FROM job_task
                    WHERE execution_id = job_execution.id GROUP BY status) AS counted) AS tasks
      FROM job_execution
      """;

  private static final String COUNT_EXECUTIONS = "SELECT count(*) AS n FROM job_execution";

  static final ListColumns EXECUTION_COLUMNS =
      ListColumns.orderedBy("id DESC", "id")
          .number("id", "id")
          .text("status", "status")
          .text("trigger", "trigger")
          .time("start_time", "started_at")
          .time("creation_time", "started_at")
          .time("end_time", "ended_at")
          .time("update_time", "updated_at");

  static final String TASKS =
      """
      SELECT id, execution_id, kind, status, status_message, claims,
             attributes::text AS attributes, created_at, started_at, updated_at, ended_at
      FROM job_task
      """;

  private static final String COUNT_TASKS = "SELECT count(*) AS n FROM job_task";

  static final ListColumns TASK_COLUMNS =
      ListColumns.orderedBy("id", "id").number("id", "id").text("status", "status");

  static final String LOG =
      "SELECT written_at, line FROM job_log WHERE task_id = $1 ORDER BY id LIMIT 100000";

  static final String LOG_OF_EXECUTION =
      """
      SELECT log.written_at, log.line
      FROM (SELECT id FROM job_task WHERE execution_id = $1 ORDER BY id LIMIT 100) AS task
      JOIN job_log AS log ON log.task_id = task.id
      ORDER BY task.id, log.id
      LIMIT 100000
      """;

  /** Whatever waits ends at once; whatever runs is asked to. */
  private static final String STOP =
      """
      WITH chosen AS (SELECT id FROM job_task WHERE %s ORDER BY id FOR UPDATE)
      UPDATE job_task
      SET stop_requested = true, updated_at = now(),
          status = CASE status WHEN 'Running' THEN 'Running' ELSE 'Stopped' END,
          due_at = CASE status WHEN 'Running' THEN due_at END,
          ended_at = CASE status WHEN 'Running' THEN NULL ELSE now() END
      WHERE id IN (SELECT id FROM chosen)
      """;

  static final String STOP_EXECUTION = STOP.formatted("execution_id = $1 AND due_at IS NOT NULL");
  private static final String STOP_TASK = STOP.formatted("id = $1 AND due_at IS NOT NULL");
  static final String KINDS =
      """
      WITH RECURSIVE step AS (
        SELECT min(kind) AS kind FROM job_execution
        UNION ALL
        SELECT (SELECT min(kind) FROM job_execution WHERE kind > step.kind) FROM step
        WHERE step.kind IS NOT NULL
      )
      SELECT kind FROM step WHERE kind IS NOT NULL
      """;

  /** Owner by owner, each read from its latest execution on. */
  static final String SWEEP =
      """
      WITH RECURSIVE step AS (
        SELECT min(owner_id) AS owner_id FROM job_execution WHERE kind = $1
        UNION ALL
        SELECT (SELECT min(owner_id) FROM job_execution
                WHERE kind = $1 AND owner_id > step.owner_id)
        FROM step WHERE step.owner_id IS NOT NULL
      )
      DELETE FROM job_execution
      WHERE id = ANY (ARRAY (
        SELECT old.id
        FROM step CROSS JOIN LATERAL (
          SELECT id, ended_at FROM job_execution
          WHERE kind = $1 AND owner_id = step.owner_id
          ORDER BY id DESC OFFSET $2) AS old
        WHERE old.ended_at IS NOT NULL
        LIMIT $3))
      """;

  static final String SUMS =
      """
      SELECT coalesce((
        SELECT sum((attributes ->> wanted.name)::bigint)
        FROM job_task WHERE execution_id = $1), 0)::bigint AS n
      FROM unnest($2::text[]) WITH ORDINALITY AS wanted (name, position)
      ORDER BY wanted.position
      """;

  private final Database database;

  public PgJobRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Long> start(Tx tx, StartJob start) {
    Statements statements = database.in(tx);
    JobStatus status = start.tasks().isEmpty() ? JobStatus.SUCCESS : JobStatus.PENDING;
    return statements
        .one(
            START,
            row -> Rows.number(row, "id"),
            start.kind().name(),
            start.ownerId(),
            status.label(),
            start.trigger().name(),
            Json.writeText(start.attributes()))
        .flatMap(id ->
            TaskRows.insert(
                    statements, id, start.kind().name(), start.kind().priority(), start.tasks())
                .then(Mono.defer(() -> ExecutionRows.wake(statements, start.kind().name())))
                .thenReturn(id));
  }

  @Override
  public Mono<Slice<Execution>> executions(String kind, long ownerId, ListRequest request) {
    return EXECUTION_COLUMNS.slice(
        database,
        EXECUTIONS,
        COUNT_EXECUTIONS,
        new Conditions().and("kind = ?", kind).and("owner_id = ?", ownerId),
        request,
        PgJobRepository::execution);
  }

  @Override
  public Mono<Execution> findExecution(String kind, long ownerId, long id) {
    return database.one(
        EXECUTIONS + " WHERE kind = $1 AND owner_id = $2 AND id = $3",
        PgJobRepository::execution,
        kind,
        ownerId,
        id);
  }

  private static Execution execution(Readable row) {
    Map<JobStatus, Long> tasks = new EnumMap<>(JobStatus.class);
    json(row, "tasks")
        .members()
        .forEach(
            (status, count) -> tasks.put(JobStatus.parse(status), count.wholeNumber().orElse(0)));
    return new Execution(
        Rows.number(row, "id"),
        Rows.text(row, "kind"),
        Rows.number(row, "owner_id"),
        JobStatus.parse(Rows.text(row, "status")),
        Rows.text(row, "status_message"),
        Trigger.valueOf(Rows.text(row, "trigger")),
        json(row, "attributes"),
        Rows.instant(row, "started_at"),
        Rows.instant(row, "updated_at"),
        Rows.findInstant(row, "ended_at"),
        tasks);
  }

  private static JsonValue json(Readable row, String column) {
    return Json.parse(Rows.text(row, column).getBytes(UTF_8));
  }

  @Override
  public Mono<Slice<Task>> tasks(long executionId, ListRequest request) {
    return TASK_COLUMNS.slice(
        database,
        TASKS,
        COUNT_TASKS,
        new Conditions().and("execution_id = ?", executionId),
        request,
        PgJobRepository::task);
  }

  @Override
  public Mono<Task> findTask(long executionId, long taskId) {
    return database.one(
        TASKS + " WHERE execution_id = $1 AND id = $2", PgJobRepository::task, executionId, taskId);
  }

  @Override
  public Mono<List<Long>> sums(long executionId, List<String> attributes) {
    return database.many(
        SUMS, row -> Rows.number(row, "n"), executionId, attributes.toArray(String[]::new));
  }

  @Override
  public Mono<Task> findTask(long taskId) {
    return database.one(TASKS + " WHERE id = $1", PgJobRepository::task, taskId);
  }

  private static Task task(Readable row) {
    return new Task(
        Rows.number(row, "id"),
        Rows.number(row, "execution_id"),
        Rows.text(row, "kind"),
        JobStatus.parse(Rows.text(row, "status")),
        Rows.text(row, "status_message"),
        Rows.get(row, "claims", Integer.class),
        json(row, "attributes"),
        Rows.instant(row, "created_at"),
        Rows.findInstant(row, "started_at"),
        Rows.instant(row, "updated_at"),
        Rows.findInstant(row, "ended_at"));
  }

  @Override
  public Mono<List<TaskLog.Line>> log(long taskId) {
    return database.many(LOG, PgJobRepository::line, taskId);
  }

  @Override
  public Mono<List<TaskLog.Line>> logOfExecution(long executionId) {
    return database.many(LOG_OF_EXECUTION, PgJobRepository::line, executionId);
  }

  private static TaskLog.Line line(Readable row) {
    return new TaskLog.Line(Rows.instant(row, "written_at"), Rows.text(row, "line"));
  }

  @Override
  public Mono<Void> stopExecution(Tx tx, long executionId) {
    Statements statements = database.in(tx);
    return ExecutionRows.settled(
            statements, executionId, statements.update(STOP_EXECUTION, executionId))
        .then();
  }

  @Override
  public Mono<Long> stopTask(Tx tx, long taskId) {
    Statements statements = database.in(tx);
    return statements
        .one(TASKS + " WHERE id = $1", PgJobRepository::task, taskId)
        .flatMap(task ->
            ExecutionRows.settled(
                statements, task.executionId(), statements.update(STOP_TASK, taskId)))
        .defaultIfEmpty(0L);
  }

  @Override
  public Mono<Long> sweep(String kind, int keep, int batch) {
    return database.update(SWEEP, kind, keep, batch);
  }

  @Override
  public Mono<List<String>> kinds() {
    return database.many(KINDS, row -> Rows.text(row, "kind"));
  }
}
