package dev.breakwater.storage.sql.blob;

import dev.breakwater.core.blob.UploadClaim;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.blob.UploadRepository;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.quota.Promise;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Upload sessions as rows. Their commits do not wait for the disk: {@code set_config} turns that
 * off for the statement's own transaction. A server that is killed may forget the last of them, see
 * {@link #restore}.
 */
public final class PgUploadRepository implements UploadRepository {
  static final String CREATE =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      INSERT INTO upload (id, repository, project_id, owner, received, started_at, touched_at)
      SELECT $1, $2, $3, $4, $5, $6, $6 FROM relaxed
      """;

  static final String CREATE_WITH_ROOM =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
      created AS (
        INSERT INTO upload (id, repository, project_id, owner, received, started_at, touched_at)
        SELECT $1, $2, $3, $4, $5, $6, $6 FROM relaxed)
      SELECT answer.* FROM relaxed, reserve_quota($3, $1, $7, 0, $8) AS answer
      """;

  static final String FIND =
      """
      SELECT id, repository, project_id, owner, received, started_at FROM upload WHERE id = $1
      """;

  /**
   * @see <a href="https://www.postgresql.org/docs/current/wal-async-commit.html">Asynchronous
   *     commit</a>
   */
  static final String RESTORE =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      INSERT INTO upload (id, repository, project_id, owner, received, started_at, touched_at)
      SELECT $1, $2, $3, $4, $5, $6, now() FROM relaxed
      WHERE NOT $7 OR pg_postmaster_start_time() > $6 - interval '1 s'
      ON CONFLICT (id) DO UPDATE SET touched_at = now()
      """;

  static final String ADVANCE =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE upload SET received = $3, touched_at = now() FROM relaxed
      WHERE id = $1 AND received = $2
      """;

  /** One row or none. */
  static final String CLAIM =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
      before AS MATERIALIZED (
        SELECT id, writer, writer_until FROM upload WHERE id = $1 FOR UPDATE
      ),
      claimed AS (
        UPDATE upload AS mine
        SET writer = $2, writer_until = now() + $3::bigint * interval '1 ms', touched_at = now()
        FROM relaxed, before
        WHERE mine.id = before.id
          AND (before.writer IS NULL OR before.writer = $2 OR before.writer_until < now())
        RETURNING mine.id
      )
      SELECT (SELECT count(*) FROM claimed) > 0 AS ours,
             before.writer IS NOT NULL AND before.writer <> $2 AS claimed_before
      FROM before
      """;

  static final String EXTEND =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE upload
      SET writer_until = now() + $3::bigint * interval '1 ms', touched_at = now() FROM relaxed
      WHERE id = $1 AND writer = $2
      """;
  static final String RELEASE =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE upload SET writer = NULL, writer_until = NULL FROM relaxed
      WHERE id = $1 AND writer = $2
      """;
  static final String DELETE =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      DELETE FROM upload USING relaxed WHERE id = $1
      """;
  static final String UNTOUCHED =
      """
      SELECT id FROM upload WHERE touched_at < $1 ORDER BY touched_at, id LIMIT $2
      """;

  static final String TOUCH =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE upload SET touched_at = now() FROM relaxed WHERE id = ANY ($1)
      """;

  private final Database database;
  private final boolean shared;

  private PgUploadRepository(Database database, boolean shared) {
    this.database = database;
    this.shared = shared;
  }

  /** For one replica alone, which knows by itself who writes to an upload. */
  public PgUploadRepository(Database database) {
    this(database, false);
  }

  /** For replicas that write to the same uploads. */
  public static PgUploadRepository shared(Database database) {
    return new PgUploadRepository(database, true);
  }

  @Override
  public Mono<Void> create(UploadSession session) {
    return database
        .update(
            CREATE,
            session.id().value(),
            session.repository().value(),
            session.projectId(),
            session.owner(),
            session.received(),
            Rows.timestamp(session.startedAt()))
        .then();
  }

  @Override
  public Mono<Promise> create(UploadSession session, long bytes, Instant until) {
    return database.one(
        CREATE_WITH_ROOM,
        PgQuotaRepository::promise,
        session.id().value(),
        session.repository().value(),
        session.projectId(),
        session.owner(),
        session.received(),
        Rows.timestamp(session.startedAt()),
        bytes,
        Rows.timestamp(until));
  }

  @Override
  public Mono<UploadSession> find(UploadId id) {
    return database.one(FIND, PgUploadRepository::session, id.value());
  }

  @Override
  public boolean isShared() {
    return shared;
  }

  /**
   * Another replica may have finished or deleted it, unless the server was started anew since the
   * upload began.
   */
  @Override
  public Mono<Boolean> restore(UploadSession session) {
    return database
        .update(
            RESTORE,
            session.id().value(),
            session.repository().value(),
            session.projectId(),
            session.owner(),
            session.received(),
            Rows.timestamp(session.startedAt()),
            shared)
        .map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> advance(UploadId id, long from, long to) {
    return database.update(ADVANCE, id.value(), from, to).map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> delete(UploadId id) {
    return database.update(DELETE, id.value()).map(count -> count > 0);
  }

  @Override
  public Mono<List<UploadId>> untouchedSince(Instant instant, int limit) {
    return database.many(
        UNTOUCHED,
        row -> new UploadId(Rows.get(row, "id", UUID.class)),
        Rows.timestamp(instant),
        limit);
  }

  @Override
  public Mono<Void> touch(Collection<UploadId> ids) {
    UUID[] values = ids.stream().map(UploadId::value).toArray(UUID[]::new);
    return database.update(TOUCH, (Object) values).then();
  }

  @Override
  public Mono<UploadClaim> claim(UploadId id, UUID writer, Duration lease) {
    return shared
        ? database
            .one(CLAIM, PgUploadRepository::claim, id.value(), writer, lease.toMillis())
            .defaultIfEmpty(UploadClaim.GONE)
        : Mono.just(UploadClaim.UNNEEDED);
  }

  private static UploadClaim claim(Readable row) {
    if (!Rows.flag(row, "ours")) {
      return UploadClaim.BUSY;
    }
    return Rows.flag(row, "claimed_before") ? UploadClaim.TAKEN_OVER : UploadClaim.TAKEN;
  }

  @Override
  public Mono<Boolean> extend(UploadId id, UUID writer, Duration lease) {
    return database.update(EXTEND, id.value(), writer, lease.toMillis()).map(count -> count > 0);
  }

  @Override
  public Mono<Void> release(UploadId id, UUID writer) {
    return database.update(RELEASE, id.value(), writer).then();
  }

  private static UploadSession session(Readable row) {
    return new UploadSession(
        new UploadId(Rows.get(row, "id", UUID.class)),
        RepositoryName.parse(Rows.text(row, "repository")),
        Rows.number(row, "project_id"),
        Rows.text(row, "owner"),
        Rows.number(row, "received"),
        Rows.instant(row, "started_at"));
  }
}
