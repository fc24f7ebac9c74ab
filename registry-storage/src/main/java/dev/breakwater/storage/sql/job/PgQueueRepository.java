package dev.breakwater.storage.sql.job;

import dev.breakwater.core.job.JobQueueState;
import dev.breakwater.core.job.QueueRepository;
import dev.breakwater.core.job.RunningTask;
import dev.breakwater.core.job.WorkerPool;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Queues, and the replicas that work, as people see and steer them. */
public final class PgQueueRepository implements QueueRepository {
  static final String STOP_RUNNING =
      """
      UPDATE job_task SET stop_requested = true, updated_at = now() WHERE status = 'Running'
      """;

  static final String STOP_PENDING =
      """
      WITH chosen AS (
        SELECT id FROM job_task
        WHERE kind = ANY ($1) AND due_at IS NOT NULL AND status <> 'Running'
        ORDER BY id FOR UPDATE
      ), ended AS (
        UPDATE job_task
        SET stop_requested = true, status = 'Stopped', due_at = NULL, updated_at = now(),
            ended_at = now()
        WHERE id = ANY (ARRAY (SELECT id FROM chosen))
        RETURNING execution_id
      )
      SELECT DISTINCT execution_id FROM ended ORDER BY execution_id
      """;

  private static final String PAUSE =
      """
      INSERT INTO job_queue (kind, paused) SELECT unnest($1::text[]), $2
      ON CONFLICT (kind) DO UPDATE SET paused = excluded.paused, updated_at = now()
      """;

  static final String QUEUES =
      """
      SELECT kind.name AS kind, coalesce(queue.paused, false) AS paused,
             (SELECT count(*) FROM job_task
              WHERE kind = kind.name AND due_at IS NOT NULL AND status = 'Pending') AS waiting,
             (SELECT count(*) FROM job_task
              WHERE kind = kind.name AND status = 'Running') AS running,
             coalesce((SELECT (extract(epoch FROM now() - min(due_at)) * 1000)::bigint
                       FROM job_task
                       WHERE kind = kind.name AND status = 'Pending' AND due_at <= now()), 0)
               AS latency
      FROM unnest($1::text[]) WITH ORDINALITY AS kind(name, position)
      LEFT JOIN job_queue AS queue ON queue.kind = kind.name
      ORDER BY kind.position
      """;

  private static final String POOLS =
      """
      SELECT id, host, process_id, concurrency, started_at, seen_at FROM job_worker_pool
      WHERE seen_at > now() - interval '1 minute' ORDER BY id LIMIT 1000
      """;

  static final String RUNNING =
      """
      SELECT task.id, task.kind, task.worker_pool, task.started_at, task.updated_at
      FROM job_task AS task
      WHERE task.status = 'Running' AND task.worker_pool IS NOT NULL
        AND ($1 = '' OR task.worker_pool = $1)
      ORDER BY task.worker_pool, task.id LIMIT 1000
      """;

  private final Database database;

  public PgQueueRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Long> stopRunning(Tx tx) {
    return database.in(tx).update(STOP_RUNNING);
  }

  @Override
  public Mono<Long> stopPending(Tx tx, List<String> kinds) {
    Statements statements = database.in(tx);
    return statements
        .many(
            STOP_PENDING,
            row -> Rows.number(row, "execution_id"),
            (Object) kinds.toArray(new String[0]))
        .flatMapMany(Flux::fromIterable)
        .concatMap(execution -> ExecutionRows.settled(statements, execution, Mono.just(1L)))
        .count();
  }

  @Override
  public Mono<Void> pause(Tx tx, List<String> kinds, boolean paused) {
    Statements statements = database.in(tx);
    return statements
        .update(PAUSE, kinds.stream().sorted().toArray(String[]::new), paused)
        .then(Mono.defer(() -> ExecutionRows.wake(statements, "")))
        .then();
  }

  @Override
  public Flux<JobQueueState> queues(List<String> kinds) {
    return database
        .many(QUEUES, PgQueueRepository::queue, (Object) kinds.toArray(new String[0]))
        .flatMapMany(Flux::fromIterable);
  }

  private static JobQueueState queue(Readable row) {
    return new JobQueueState(
        Rows.text(row, "kind"),
        Rows.number(row, "waiting"),
        Duration.ofMillis(Rows.number(row, "latency")),
        Rows.number(row, "running"),
        Rows.flag(row, "paused"));
  }

  @Override
  public Flux<WorkerPool> pools() {
    return database.many(POOLS, PgQueueRepository::pool).flatMapMany(Flux::fromIterable);
  }

  private static WorkerPool pool(Readable row) {
    return new WorkerPool(
        Rows.text(row, "id"),
        Rows.text(row, "host"),
        Rows.number(row, "process_id"),
        Rows.get(row, "concurrency", Integer.class),
        Rows.instant(row, "started_at"),
        Rows.instant(row, "seen_at"));
  }

  @Override
  public Flux<RunningTask> running(Optional<String> poolId) {
    return database
        .many(RUNNING, PgQueueRepository::runningTask, poolId.orElse(""))
        .flatMapMany(Flux::fromIterable);
  }

  private static RunningTask runningTask(Readable row) {
    return new RunningTask(
        Rows.number(row, "id"),
        Rows.text(row, "kind"),
        Rows.text(row, "worker_pool"),
        Rows.instant(row, "started_at"),
        Rows.instant(row, "updated_at"));
  }
}
