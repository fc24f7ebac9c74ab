package dev.breakwater.storage.sql.quota;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.quota.Promise;
import dev.breakwater.core.quota.Quota;
import dev.breakwater.core.quota.QuotaRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Quotas as rows. What a project uses is a sum and the changes since, which {@link #fold} adds to
 * the sum: pushes insert a change each and never wait for each other.
 */
public final class PgQuotaRepository implements QuotaRepository {
  static final String LIMIT = "SELECT storage_limit FROM project WHERE id = $1";

  static final String RESERVE =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      SELECT answer.* FROM relaxed, reserve_quota($1, $2, $3, $4, $5) AS answer
      """;

  static final String ALLOW =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      INSERT INTO quota_reservation (id, project_id, bytes, expires_at)
      SELECT $2, $1, $3, $4 FROM relaxed
      ON CONFLICT (id) DO UPDATE
      SET bytes = quota_reservation.bytes + excluded.bytes, expires_at = excluded.expires_at
      """;

  static final String RESERVED = "SELECT bytes FROM quota_reservation WHERE id = $1";

  static final String SHRINK =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE quota_reservation SET bytes = $2 FROM relaxed WHERE id = $1 AND bytes > $2
      """;

  static final String RELEASE =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      DELETE FROM quota_reservation USING relaxed WHERE id = $1
      """;

  static final String HOLDS =
      "SELECT true AS held FROM project_content WHERE project_id = $1 AND digest = $2";

  private static final String USED =
      """
      coalesce(usage.used, 0) + coalesce((
        SELECT sum(bytes) FROM project_usage_change AS change
        WHERE change.project_id = project.id), 0)::bigint\
      """;

  private static final String FROM =
      """
       FROM project
      LEFT JOIN project_usage AS usage ON usage.project_id = project.id
      LEFT JOIN app_user ON app_user.id = project.owner_id\
      """;

  static final String SELECT =
      "SELECT project.id, project.name, app_user.username, project.storage_limit, "
          + USED
          + " AS used, project.created_at,"
          + " greatest(project.updated_at, usage.updated_at) AS updated_at"
          + FROM;

  static final String COUNT = "SELECT count(*) AS n" + FROM;

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("project.id", "project.id")
          .number("id", "project.id")
          .number("reference_id", "project.id")
          .number("hard.storage", "project.storage_limit")
          .number("used.storage", "(" + USED + ")")
          .time("creation_time", "project.created_at")
          .time("update_time", "project.updated_at");

  static final String SET_LIMIT =
      "UPDATE project SET storage_limit = $2, updated_at = now() WHERE id = $1";

  /** Each project's row is locked first, in the order of their numbers. */
  static final String FOLD_PROJECTS =
      """
      SELECT project_id FROM project_usage
      WHERE project_id IN (SELECT project_id FROM project_usage_change ORDER BY id LIMIT $1)
      ORDER BY project_id
      FOR UPDATE SKIP LOCKED
      """;

  static final String FOLD_ENSURE =
      """
      INSERT INTO project_usage (project_id)
      SELECT DISTINCT project_id FROM (
        SELECT project_id FROM project_usage_change ORDER BY id LIMIT $1) AS changed
      WHERE EXISTS (SELECT FROM project WHERE project.id = changed.project_id)
      ON CONFLICT DO NOTHING
      """;

  static final String FOLD =
      """
      WITH folded AS (
        DELETE FROM project_usage_change
        WHERE id IN (
          SELECT id FROM project_usage_change WHERE project_id = ANY ($1) ORDER BY id LIMIT $2)
        RETURNING project_id, bytes),
      sums AS (SELECT project_id, sum(bytes)::bigint AS bytes FROM folded GROUP BY project_id),
      added AS (
        UPDATE project_usage SET used = project_usage.used + sums.bytes, updated_at = now()
        FROM sums WHERE project_usage.project_id = sums.project_id)
      SELECT count(*) AS n FROM folded
      """;

  /** Their rows are locked by {@link #FOLD_PROJECTS}. */
  static final String WARN =
      """
      WITH state AS (
        SELECT usage.project_id, project.name, usage.used, project.storage_limit,
               usage.warned_at IS NOT NULL AS warned,
               project.storage_limit <> -1
                 AND usage.used >= project.storage_limit::numeric * $2 / 100 AS beyond
        FROM project_usage AS usage
        JOIN project ON project.id = usage.project_id
        WHERE usage.project_id = ANY ($1)),
      noted AS (
        UPDATE project_usage SET warned_at = CASE WHEN state.beyond THEN now() END
        FROM state
        WHERE project_usage.project_id = state.project_id AND state.warned <> state.beyond)
      SELECT project_id, name, used, storage_limit FROM state WHERE beyond AND NOT warned
      """;

  static final String REMOVE_EXPIRED = "DELETE FROM quota_reservation WHERE expires_at < now()";

  /** What should be there, by the definition in {@link ProjectContent}. */
  private static final String NEEDED =
      """
      WITH needed AS (
        SELECT digest, size::bigint AS size FROM manifest WHERE project_id = $1
        UNION
        SELECT blob.digest, blob.size
        FROM manifest_reference AS named
        JOIN blob ON blob.digest = named.digest
        JOIN repository_blob AS link
          ON link.repository_id = named.repository_id AND link.blob_id = blob.id
        WHERE named.project_id = $1
        UNION
        SELECT blob.digest, blob.size
        FROM repository
        JOIN repository_blob AS link ON link.repository_id = repository.id
        JOIN blob ON blob.id = link.blob_id
        WHERE repository.project_id = $1 AND NOT link.given_up)\
      """;

  private static final String KEPT =
      """
      (coalesce((SELECT used FROM project_usage WHERE project_id = $1), 0)
        + coalesce((SELECT sum(bytes) FROM project_usage_change WHERE project_id = $1), 0))\
      """;

  /** In one statement, so of one moment. */
  static final String DIFFERENCE =
      NEEDED + " SELECT (coalesce(sum(size), 0) - " + KEPT + ")::bigint AS difference FROM needed";

  static final String REPAIR =
      NEEDED
          + """
          , surplus AS (
            DELETE FROM project_content AS content
            WHERE project_id = $1 AND NOT EXISTS (
              SELECT FROM needed WHERE needed.digest = content.digest)),
          missing AS (
            INSERT INTO project_content (project_id, digest, size)
            SELECT $1, digest, size FROM needed
            ON CONFLICT (project_id, digest) DO NOTHING),
          difference AS (SELECT (coalesce(sum(size), 0) - %s)::bigint AS bytes FROM needed)
          INSERT INTO project_usage_change (project_id, bytes)
          SELECT $1, bytes FROM difference WHERE bytes <> 0
          """
              .formatted(KEPT);

  private final Database database;

  public PgQuotaRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Long> limit(long projectId) {
    return database.one(LIMIT, row -> Rows.number(row, "storage_limit"), projectId);
  }

  @Override
  public Mono<Promise> reserve(long projectId, UUID id, long wanted, long needed, Instant expiry) {
    return database.one(
        RESERVE, PgQuotaRepository::promise, projectId, id, wanted, needed, Rows.timestamp(expiry));
  }

  @Override
  public Mono<Void> allow(long projectId, UUID id, long bytes, Instant expiry) {
    return database.update(ALLOW, projectId, id, bytes, Rows.timestamp(expiry)).then();
  }

  /** Reads what {@code reserve_quota} answers. */
  public static Promise promise(Readable row) {
    return new Promise(
        Rows.number(row, "granted"),
        Rows.number(row, "used"),
        Rows.number(row, "reserved"),
        Rows.number(row, "hard"));
  }

  @Override
  public Mono<Long> reserved(UUID id) {
    return database.one(RESERVED, row -> Rows.number(row, "bytes"), id).defaultIfEmpty(0L);
  }

  @Override
  public Mono<Void> shrink(UUID id, long bytes) {
    return bytes == 0
        ? database.update(RELEASE, id).then()
        : database.update(SHRINK, id, bytes).then();
  }

  @Override
  public Mono<Boolean> holds(long projectId, String digest) {
    return database
        .one(HOLDS, row -> Rows.flag(row, "held"), projectId, digest)
        .defaultIfEmpty(false);
  }

  @Override
  public Mono<Quota> find(long projectId) {
    return database.one(SELECT + " WHERE project.id = $1", PgQuotaRepository::quota, projectId);
  }

  @Override
  public Mono<Slice<Quota>> list(ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, new Conditions(), request, PgQuotaRepository::quota);
  }

  @Override
  public Mono<Boolean> setLimit(Tx tx, long projectId, long limit) {
    return database.in(tx).update(SET_LIMIT, projectId, limit).map(count -> count > 0);
  }

  @Override
  public Mono<Folded> fold(Tx tx, int changes) {
    Statements statements = database.in(tx);
    return statements
        .update(FOLD_ENSURE, changes)
        .then(
            Mono.defer(() ->
                statements.many(FOLD_PROJECTS, row -> Rows.number(row, "project_id"), changes)))
        .flatMap(projects ->
            projects.isEmpty()
                ? Mono.just(new Folded(0, List.of()))
                : fold(statements, projects.toArray(Long[]::new), changes));
  }

  private static Mono<Folded> fold(Statements statements, Long[] projects, int changes) {
    return statements
        .one(FOLD, row -> Rows.number(row, "n"), projects, changes)
        .flatMap(folded ->
            statements
                .many(WARN, PgQuotaRepository::nearly, projects, Quota.WARNING_PERCENT)
                .map(full -> new Folded(folded, full)));
  }

  private static Nearly nearly(Readable row) {
    return new Nearly(
        Rows.number(row, "project_id"),
        Rows.text(row, "name"),
        Rows.number(row, "used"),
        Rows.number(row, "storage_limit"));
  }

  @Override
  public Mono<Long> removeExpired() {
    return database.update(REMOVE_EXPIRED);
  }

  @Override
  public Mono<Long> recount(long projectId) {
    return database
        .one(DIFFERENCE, row -> Rows.number(row, "difference"), projectId)
        .flatMap(difference ->
            difference == 0
                ? Mono.just(difference)
                : database.inTx(tx -> repair(database.in(tx), projectId)).thenReturn(difference));
  }

  /** Nobody may add or take content meanwhile. */
  private static Mono<Long> repair(Statements statements, long projectId) {
    return statements
        .update("LOCK TABLE project_content IN SHARE ROW EXCLUSIVE MODE")
        .then(Mono.defer(() -> statements.update(REPAIR, projectId)));
  }

  private static Quota quota(Readable row) {
    return new Quota(
        Rows.number(row, "id"),
        Rows.text(row, "name"),
        Rows.find(row, "username", String.class).orElse(""),
        Rows.number(row, "storage_limit"),
        Rows.number(row, "used"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
