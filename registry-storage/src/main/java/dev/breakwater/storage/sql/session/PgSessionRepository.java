package dev.breakwater.storage.sql.session;

import dev.breakwater.core.session.Session;
import dev.breakwater.core.session.SessionRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import java.time.Instant;
import reactor.core.publisher.Mono;

/** Browser sessions as rows. */
public final class PgSessionRepository implements SessionRepository {
  static final String INSERT =
      """
      INSERT INTO session (id_hash, user_id, created_at, renewed_at, expires_at)
      VALUES ($1, $2, $3, $4, $5)
      """;
  static final String FIND =
      "SELECT user_id, created_at, renewed_at, expires_at FROM session WHERE id_hash = $1";

  /** Losing it in a crash ends a session a minute early. */
  static final String RENEW =
      """
      WITH relaxed AS (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE session SET renewed_at = $2, expires_at = $3
      FROM relaxed
      WHERE id_hash = $1 AND renewed_at < $2
      """;

  static final String DELETE = "DELETE FROM session WHERE id_hash = $1";
  static final String DELETE_EXPIRED =
      """
      DELETE FROM session
      WHERE id_hash IN (SELECT id_hash FROM session WHERE expires_at < $1 LIMIT 5000)
      """;

  private final Database database;

  public PgSessionRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Void> insert(Tx tx, byte[] idHash, Session session) {
    return database
        .in(tx)
        .update(
            INSERT,
            idHash,
            session.userId(),
            Rows.timestamp(session.createdAt()),
            Rows.timestamp(session.renewedAt()),
            Rows.timestamp(session.expiresAt()))
        .then();
  }

  @Override
  public Mono<Session> find(byte[] idHash) {
    return database.one(
        FIND,
        row ->
            new Session(
                Rows.number(row, "user_id"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "renewed_at"),
                Rows.instant(row, "expires_at")),
        idHash);
  }

  @Override
  public Mono<Void> renew(byte[] idHash, Instant now, Instant expiresAt) {
    return database.update(RENEW, idHash, Rows.timestamp(now), Rows.timestamp(expiresAt)).then();
  }

  @Override
  public Mono<Boolean> delete(Tx tx, byte[] idHash) {
    return database.in(tx).update(DELETE, idHash).map(count -> count > 0);
  }

  @Override
  public Mono<Long> deleteExpired(Instant now) {
    return database.update(DELETE_EXPIRED, Rows.timestamp(now));
  }
}
