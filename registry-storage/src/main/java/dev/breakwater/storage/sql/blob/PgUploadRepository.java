package dev.breakwater.storage.sql.blob;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.blob.UploadRepository;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.quota.Promise;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Upload sessions as rows. They need not outlive the machine, so their commits do not wait for the
 * disk: {@code set_config} turns that off for the statement's own transaction.
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
  static final String ADVANCE =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE upload SET received = $3, touched_at = now() FROM relaxed
      WHERE id = $1 AND received = $2
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

  private final Database database;

  public PgUploadRepository(Database database) {
    this.database = database;
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
