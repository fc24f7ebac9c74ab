package dev.breakwater.storage.sql.token;

import dev.breakwater.core.token.RefreshToken;
import dev.breakwater.core.token.RefreshTokenRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Refresh tokens as rows. */
public final class PgRefreshTokenRepository implements RefreshTokenRepository {
  static final String INSERT =
      """
      INSERT INTO refresh_token
        (token_hash, family, user_id, robot_id, credential_mark, created_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      """;
  static final String FIND =
      """
      SELECT family, user_id, robot_id, credential_mark, created_at, expires_at, used_at
      FROM refresh_token
      WHERE token_hash = $1
      """;
  static final String USE =
      "UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL";
  static final String EXTEND =
      """
      WITH relaxed AS (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE refresh_token SET expires_at = $2
      FROM relaxed
      WHERE token_hash = $1 AND used_at IS NULL AND expires_at < $2
      """;
  static final String DELETE_FAMILY = "DELETE FROM refresh_token WHERE family = $1";
  static final String DELETE_EXPIRED =
      """
      DELETE FROM refresh_token
      WHERE token_hash IN (SELECT token_hash FROM refresh_token WHERE expires_at < $1 LIMIT 5000)
      """;

  private final Database database;

  public PgRefreshTokenRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Void> insert(byte[] hash, RefreshToken token) {
    return database.update(INSERT, row(hash, token)).then();
  }

  @Override
  public Mono<RefreshToken> find(byte[] hash) {
    return database.one(FIND, PgRefreshTokenRepository::token, hash);
  }

  @Override
  public Mono<Boolean> replace(byte[] hash, byte[] nextHash, RefreshToken next) {
    return database.inTx(tx ->
        database
            .in(tx)
            .update(USE, hash, Rows.timestamp(next.createdAt()))
            .flatMap(count ->
                count == 0
                    ? Mono.just(false)
                    : database.in(tx).update(INSERT, row(nextHash, next)).thenReturn(true)));
  }

  @Override
  public Mono<Void> extend(byte[] hash, Instant expiresAt) {
    return database.update(EXTEND, hash, Rows.timestamp(expiresAt)).then();
  }

  @Override
  public Mono<Void> deleteFamily(UUID family) {
    return database.update(DELETE_FAMILY, family).then();
  }

  @Override
  public Mono<Long> deleteExpired(Instant now) {
    return database.update(DELETE_EXPIRED, Rows.timestamp(now));
  }

  private static Object[] row(byte[] hash, RefreshToken token) {
    return new Object[] {
      hash,
      token.family(),
      Database.nullable(token.userId().orElse(null), Long.class),
      Database.nullable(token.robotId().orElse(null), Long.class),
      token.mark(),
      Rows.timestamp(token.createdAt()),
      Rows.timestamp(token.expiresAt())
    };
  }

  private static RefreshToken token(Readable row) {
    return new RefreshToken(
        Rows.get(row, "family", UUID.class),
        Rows.find(row, "user_id", Long.class),
        Rows.find(row, "robot_id", Long.class),
        Rows.get(row, "credential_mark", byte[].class),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "expires_at"),
        Rows.findInstant(row, "used_at"));
  }
}
