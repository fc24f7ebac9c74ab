package dev.breakwater.storage.sql.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.schedule.Schedule;
import dev.breakwater.core.schedule.ScheduleRepository;
import dev.breakwater.core.schedule.ScheduleType;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Mono;

/** Schedules as rows. */
public final class PgScheduleRepository implements ScheduleRepository {
  private static final String INSERT =
      """
      INSERT INTO schedule (kind, owner_id, type, cron, parameters, next_run_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      """;

  private static final String PUT =
      INSERT
          + """
          ON CONFLICT ON CONSTRAINT schedule_owner DO UPDATE
          SET type = excluded.type, cron = excluded.cron, parameters = excluded.parameters,
              next_run_at = excluded.next_run_at, updated_at = now()
          RETURNING id
          """;

  private static final String PUT_IF_MISSING = INSERT + " ON CONFLICT DO NOTHING";

  private static final String WAKE = "SELECT 1 AS one FROM pg_notify('breakwater_jobs', $1)";

  static final String SELECT =
      """
      SELECT id, kind, owner_id, type, cron, parameters, next_run_at, created_at, updated_at
      FROM schedule
      """;

  private static final String COUNT = "SELECT count(*) AS n FROM schedule";

  private static final ListColumns COLUMNS =
      ListColumns.orderedBy("id", "id").number("id", "id").text("vendor_type", "kind");

  private static final String DELETE = "DELETE FROM schedule WHERE kind = $1 AND owner_id = $2";

  static final String LOCK_DUE =
      SELECT
          + """
          WHERE next_run_at <= $1 ORDER BY next_run_at, id LIMIT $2
          FOR UPDATE SKIP LOCKED
          """;

  private static final String ADVANCE = "UPDATE schedule SET next_run_at = $2 WHERE id = $1";

  static final String FIRST_DUE =
      "SELECT next_run_at FROM schedule ORDER BY next_run_at, id LIMIT 1";

  private static final String PAUSED =
      """
      SELECT EXISTS (SELECT 1 FROM job_queue WHERE kind = 'SCHEDULER' AND paused) AS paused
      """;

  private final Database database;

  public PgScheduleRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Long> put(Tx tx, NewSchedule schedule) {
    Statements statements = database.in(tx);
    return statements
        .one(PUT, row -> Rows.number(row, "id"), values(schedule))
        .flatMap(id -> statements.one(WAKE, _ -> 1, schedule.kind()).thenReturn(id));
  }

  @Override
  public Mono<Void> putIfMissing(NewSchedule schedule) {
    return database.update(PUT_IF_MISSING, values(schedule)).then();
  }

  private static Object[] values(NewSchedule schedule) {
    return new Object[] {
      schedule.kind(),
      schedule.ownerId(),
      schedule.type().label(),
      schedule.cron().toString(),
      Json.writeText(schedule.parameters()),
      Rows.timestamp(schedule.firstRun())
    };
  }

  @Override
  public Mono<Schedule> find(String kind, long ownerId) {
    return database.one(
        SELECT + " WHERE kind = $1 AND owner_id = $2",
        PgScheduleRepository::schedule,
        kind,
        ownerId);
  }

  private static Schedule schedule(Readable row) {
    return new Schedule(
        Rows.number(row, "id"),
        Rows.text(row, "kind"),
        Rows.number(row, "owner_id"),
        ScheduleType.parse(Rows.text(row, "type")),
        Rows.text(row, "cron"),
        Json.parse(Rows.text(row, "parameters").getBytes(UTF_8)),
        Rows.instant(row, "next_run_at"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  @Override
  public Mono<Boolean> delete(Tx tx, String kind, long ownerId) {
    return database.in(tx).update(DELETE, kind, ownerId).map(deleted -> deleted > 0);
  }

  @Override
  public Mono<Slice<Schedule>> list(ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, new Conditions(), request, PgScheduleRepository::schedule);
  }

  @Override
  public Mono<List<Schedule>> lockDue(Tx tx, Instant now, int limit) {
    return database
        .in(tx)
        .many(LOCK_DUE, PgScheduleRepository::schedule, Rows.timestamp(now), limit);
  }

  @Override
  public Mono<Void> advance(Tx tx, long id, Instant next) {
    return database.in(tx).update(ADVANCE, id, Rows.timestamp(next)).then();
  }

  @Override
  public Mono<Instant> firstDue() {
    return database.one(FIRST_DUE, row -> Rows.instant(row, "next_run_at"));
  }

  @Override
  public Mono<Boolean> paused() {
    return database.one(PAUSED, row -> Rows.flag(row, "paused"));
  }
}
