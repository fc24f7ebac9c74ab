package dev.breakwater.storage.sql.job;

import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.LostTask;
import dev.breakwater.core.job.TaskClaims;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.job.WorkerPool;
import dev.breakwater.core.json.Json;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tasks as workers take them.
 *
 * <p>A task is taken by {@code FOR UPDATE SKIP LOCKED}, so replicas never wait for each other. Of a
 * kind with limited concurrency the queue's row is locked first: whoever counts the running ones
 * counts alone.
 */
public final class PgTaskClaims implements TaskClaims {
  private static final String REGISTER =
      """
      WITH queues AS (
        INSERT INTO job_queue (kind) SELECT unnest($6::text[]) ON CONFLICT DO NOTHING
      )
      INSERT INTO job_worker_pool (id, host, process_id, concurrency, started_at, seen_at)
      VALUES ($1, $2, $3, $4, $5, now())
      ON CONFLICT (id) DO UPDATE SET seen_at = now()
      """;

  static final String DUE =
      """
      SELECT kind.name AS kind
      FROM unnest($1::text[]) WITH ORDINALITY AS kind(name, position)
      WHERE NOT EXISTS (SELECT 1 FROM job_queue WHERE kind = kind.name AND paused)
        AND EXISTS (SELECT 1 FROM job_task WHERE kind = kind.name AND due_at <= now())
      ORDER BY kind.position
      """;

  private static final String LOCK_QUEUE =
      "SELECT kind FROM job_queue WHERE kind = $1 AND NOT paused FOR UPDATE";

  static final String CLAIM =
      """
      WITH next AS (
        SELECT id, status FROM job_task
        WHERE kind = $1 AND due_at <= now()
          AND ($4 = 0 OR $4 > (SELECT count(*) FROM job_task
                               WHERE kind = $1 AND status = 'Running' AND due_at > now()))
        ORDER BY priority DESC, due_at, id
        LIMIT 1
        FOR UPDATE SKIP LOCKED
      ), taken AS (
        UPDATE job_task AS task
        SET status = 'Running', worker_pool = $2, due_at = now() + $3::bigint * interval '1 ms',
            claims = task.claims + 1,
            losses = task.losses + CASE next.status WHEN 'Running' THEN 1 ELSE 0 END,
            started_at = coalesce(task.started_at, now()), updated_at = now()
        FROM next
        WHERE task.id = next.id
        RETURNING task.*
      ), begun AS (
        UPDATE job_execution SET status = 'Running', updated_at = now()
        WHERE id IN (SELECT execution_id FROM taken) AND status IN ('Pending', 'Scheduled')
      )
      SELECT taken.id, taken.claims, taken.execution_id, execution.owner_id, taken.kind,
             execution.trigger, taken.parameters, taken.checkpoint, taken.failures, taken.losses,
             taken.stop_requested
      FROM taken JOIN job_execution AS execution ON execution.id = taken.execution_id
      """;

  private static final String SEEN =
      "UPDATE job_worker_pool SET seen_at = now() WHERE id = $1 RETURNING id";

  private static final String HEARTBEAT =
      """
      UPDATE job_task AS task
      SET due_at = now() + $3::bigint * interval '1 ms'
      FROM unnest($1::bigint[], $2::int[]) AS held(id, claims)
      WHERE task.id = held.id AND task.claims = held.claims AND task.status = 'Running'
      RETURNING task.id, task.claims, task.stop_requested
      """;

  /** A pool that was not seen for a minute is gone. */
  private static final String FORGET =
      "DELETE FROM job_worker_pool WHERE seen_at < now() - interval '1 minute'";

  private static final String LOCK_EXECUTION =
      """
      SELECT execution.id FROM job_execution AS execution
      WHERE execution.id = (SELECT execution_id FROM job_task WHERE id = $1)
      FOR UPDATE
      """;

  private static final String FINISH =
      """
      UPDATE job_task
      SET status = $3, status_message = $4, attributes = attributes || $5::text::jsonb,
          due_at = NULL, worker_pool = NULL, updated_at = now(), ended_at = now()
      WHERE id = $1 AND claims = $2 AND status = 'Running'
      RETURNING execution_id
      """;

  private static final String ADD_RESULT =
      """
      UPDATE job_execution SET attributes = attributes || $2::text::jsonb, updated_at = now()
      WHERE id = $1
      """;

  private static final String RETRY =
      """
      UPDATE job_task
      SET status = 'Pending', status_message = $3, failures = failures + 1, worker_pool = NULL,
          due_at = now() + $4::bigint * interval '1 ms', updated_at = now()
      WHERE id = $1 AND claims = $2 AND status = 'Running'
      """;

  private static final String RELEASE =
      """
      WITH gone AS (DELETE FROM job_worker_pool WHERE id = $1)
      UPDATE job_task
      SET status = 'Pending', worker_pool = NULL, due_at = now(), claims = claims + 1,
          updated_at = now()
      WHERE worker_pool = $1 AND status = 'Running'
      """;

  private final Database database;

  public PgTaskClaims(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Void> register(WorkerPool pool, List<JobKind> kinds) {
    return database
        .update(
            REGISTER,
            pool.id(),
            pool.host(),
            pool.processId(),
            pool.concurrency(),
            Rows.timestamp(pool.startedAt()),
            kinds.stream().map(JobKind::name).sorted().toArray(String[]::new))
        .then();
  }

  @Override
  public Mono<ClaimedTask> claim(String poolId, List<JobKind> kinds, Duration lease) {
    Map<String, JobKind> byName =
        kinds.stream().collect(Collectors.toMap(JobKind::name, kind -> kind));
    return database
        .many(
            DUE,
            row -> Rows.text(row, "kind"),
            (Object) kinds.stream().map(JobKind::name).toArray(String[]::new))
        .flatMapMany(Flux::fromIterable)
        .mapNotNull(byName::get)
        .concatMap(kind -> claim(poolId, kind, lease), 0)
        .next();
  }

  private Mono<ClaimedTask> claim(String poolId, JobKind kind, Duration lease) {
    return kind.concurrency() == JobKind.UNLIMITED
        ? claim(database, poolId, kind, lease)
        : database.inTx(tx ->
            database
                .in(tx)
                .one(LOCK_QUEUE, row -> Rows.text(row, "kind"), kind.name())
                .flatMap(_ -> claim(database.in(tx), poolId, kind, lease)));
  }

  private static Mono<ClaimedTask> claim(
      Statements statements, String poolId, JobKind kind, Duration lease) {
    return statements.one(
        CLAIM, PgTaskClaims::task, kind.name(), poolId, lease.toMillis(), kind.concurrency());
  }

  private static ClaimedTask task(Readable row) {
    return new ClaimedTask(
        claimOf(row),
        Rows.number(row, "execution_id"),
        Rows.number(row, "owner_id"),
        Rows.text(row, "kind"),
        Trigger.valueOf(Rows.text(row, "trigger")),
        Rows.text(row, "parameters"),
        Rows.find(row, "checkpoint", String.class),
        Rows.get(row, "failures", Integer.class),
        Rows.get(row, "losses", Integer.class),
        Rows.flag(row, "stop_requested"));
  }

  private static Claim claimOf(Readable row) {
    return new Claim(Rows.number(row, "id"), Rows.get(row, "claims", Integer.class));
  }

  @Override
  public Mono<Map<Claim, Boolean>> heartbeat(String poolId, Set<Claim> claims, Duration lease) {
    List<Claim> held = List.copyOf(claims);
    return database
        .one(SEEN, row -> Rows.text(row, "id"), poolId)
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("the pool was forgotten")))
        .then(database.update(FORGET))
        .then(
            Mono.defer(() ->
                held.isEmpty()
                    ? Mono.just(List.<Map.Entry<Claim, Boolean>>of())
                    : database.many(
                        HEARTBEAT,
                        row -> Map.entry(claimOf(row), Rows.flag(row, "stop_requested")),
                        held.stream().map(Claim::taskId).toArray(Long[]::new),
                        held.stream().map(Claim::number).toArray(Integer[]::new),
                        lease.toMillis())))
        .map(rows ->
            rows.stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** The execution's row is locked first: of two last tasks, one sees that the other has ended. */
  @Override
  public Mono<Void> finish(Claim claim, Outcome outcome) {
    String attributes = Json.writeText(outcome.attributes());
    return database
        .inTx(tx -> {
          Statements statements = database.in(tx);
          return statements
              .one(LOCK_EXECUTION, row -> Rows.number(row, "id"), claim.taskId())
              .then(
                  Mono.defer(() ->
                      statements.one(
                          FINISH,
                          row -> Rows.number(row, "execution_id"),
                          claim.taskId(),
                          claim.number(),
                          outcome.status().label(),
                          outcome.message(),
                          attributes)))
              .switchIfEmpty(Mono.error(() -> new LostTask(claim.taskId())))
              .flatMap(execution ->
                  statements
                      .update(ADD_RESULT, execution, attributes)
                      .then(Mono.defer(() -> ExecutionRows.settle(statements, execution))));
        })
        .then();
  }

  @Override
  public Mono<Void> retry(Claim claim, String message, Duration delay) {
    return database.update(RETRY, claim.taskId(), claim.number(), message, delay.toMillis()).then();
  }

  @Override
  public Mono<Void> release(String poolId) {
    return database.update(RELEASE, poolId).then(ExecutionRows.wake(database, "")).then();
  }
}
