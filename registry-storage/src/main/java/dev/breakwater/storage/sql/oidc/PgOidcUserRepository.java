package dev.breakwater.storage.sql.oidc;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oidc.OidcUserRepository;
import dev.breakwater.core.oidc.OidcUserRow;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.StorableText;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The provider's users as rows. */
public final class PgOidcUserRepository implements OidcUserRepository {
  private static final String SELECT =
      """
      SELECT oidc_user.user_id, issuer, subject, sealed_cli_secret, sealed_tokens,
        tokens_expire_at, oidc_user.updated_at
      FROM oidc_user
      JOIN app_user ON app_user.id = oidc_user.user_id AND app_user.deleted_at IS NULL
      """;
  static final String FIND = SELECT + "WHERE oidc_user.user_id = $1";
  static final String FIND_BY_SUBJECT = SELECT + "WHERE issuer = $1 AND subject = $2";

  private static final String MAKE_ROOM =
      """
      DELETE FROM oidc_user USING app_user
      WHERE issuer = $1 AND subject = $2 AND app_user.id = user_id
        AND app_user.deleted_at IS NOT NULL
      """;

  private static final String CREATE =
      """
      INSERT INTO oidc_user
        (user_id, issuer, subject, sealed_cli_secret, sealed_tokens, tokens_expire_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      """;

  private static final String REPLACE_TOKENS =
      """
      UPDATE oidc_user SET sealed_tokens = $2, tokens_expire_at = $3, updated_at = now()
      WHERE user_id = $1
      """;

  private static final String REPLACE_SECRET =
      "UPDATE oidc_user SET sealed_cli_secret = $2, updated_at = now() WHERE user_id = $1";

  private static final String KEEP_PENDING =
      """
      WITH expired AS (DELETE FROM oidc_pending WHERE expires_at <= $4)
      INSERT INTO oidc_pending (id_hash, sealed, expires_at) VALUES ($1, $2, $3)
      """;

  static final String FIND_PENDING =
      "SELECT sealed FROM oidc_pending WHERE id_hash = $1 AND expires_at > $2";

  private static final String REMOVE_PENDING = "DELETE FROM oidc_pending WHERE id_hash = $1";

  private final Database database;

  public PgOidcUserRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<OidcUserRow> find(long userId) {
    return database.one(FIND, PgOidcUserRepository::row, userId);
  }

  @Override
  public Mono<OidcUserRow> findBySubject(String issuer, String subject) {
    return StorableText.fits(issuer) && StorableText.fits(subject)
        ? database.one(FIND_BY_SUBJECT, PgOidcUserRepository::row, issuer, subject)
        : Mono.empty();
  }

  @Override
  public Mono<Void> create(Tx tx, OidcUserRow row) {
    return database
        .in(tx)
        .update(MAKE_ROOM, row.issuer(), StorableText.require("the subject", row.subject()))
        .then(
            Mono.defer(() ->
                database
                    .in(tx)
                    .update(
                        CREATE,
                        row.userId(),
                        row.issuer(),
                        row.subject(),
                        row.sealedSecret(),
                        Database.nullable(row.sealedTokens().orElse(null), String.class),
                        Rows.timestamp(row.tokensExpireAt()))))
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "oidc_user_subject"),
            error ->
                new RegistryException(
                    ErrorCode.CONFLICT, "this user of the provider has a name already", error))
        .then();
  }

  @Override
  public Mono<Void> replaceTokens(long userId, Optional<String> sealedTokens, Instant expireAt) {
    return database
        .update(
            REPLACE_TOKENS,
            userId,
            Database.nullable(sealedTokens.orElse(null), String.class),
            Rows.timestamp(expireAt))
        .then();
  }

  @Override
  public Mono<Boolean> replaceSecret(Tx tx, long userId, String sealedSecret) {
    return database.in(tx).update(REPLACE_SECRET, userId, sealedSecret).map(count -> count > 0);
  }

  @Override
  public Mono<Void> keepPending(byte[] idHash, String sealed, Instant expiresAt, Instant now) {
    return database
        .update(KEEP_PENDING, idHash, sealed, Rows.timestamp(expiresAt), Rows.timestamp(now))
        .then();
  }

  @Override
  public Mono<String> findPending(byte[] idHash, Instant now) {
    return database.one(FIND_PENDING, row -> Rows.text(row, "sealed"), idHash, Rows.timestamp(now));
  }

  @Override
  public Mono<Void> removePending(Tx tx, byte[] idHash) {
    return database.in(tx).update(REMOVE_PENDING, (Object) idHash).then();
  }

  private static OidcUserRow row(Readable row) {
    return new OidcUserRow(
        Rows.number(row, "user_id"),
        Rows.text(row, "issuer"),
        Rows.text(row, "subject"),
        Rows.text(row, "sealed_cli_secret"),
        Rows.find(row, "sealed_tokens", String.class),
        Rows.findInstant(row, "tokens_expire_at").orElse(Instant.EPOCH),
        Rows.instant(row, "updated_at"));
  }
}
