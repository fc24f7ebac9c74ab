package dev.breakwater.storage.sql.token;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.token.SigningKey;
import dev.breakwater.core.token.SigningKeyRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Signing keys as rows. The index {@code signing_key_active} allows one active key an algorithm.
 */
public final class PgSigningKeyRepository implements SigningKeyRepository {
  static final String SELECT =
      """
      SELECT id, algorithm, sealed_private_key, certificate, created_at, retired_at
      FROM signing_key
      """;
  static final String FIND_USABLE =
      SELECT + "WHERE retired_at IS NULL OR retired_at >= $1 ORDER BY created_at, id LIMIT 1000";
  static final String FIND_ACTIVE = SELECT + "WHERE algorithm = $1 AND retired_at IS NULL";

  /** Whoever comes second waits, and then sees that the key is retired. */
  static final String LOCK_OLDER = FIND_ACTIVE + " AND created_at < $2 FOR UPDATE";

  static final String INSERT =
      """
      INSERT INTO signing_key (id, algorithm, sealed_private_key, certificate, created_at)
      VALUES ($1, $2, $3, $4, $5)
      """;
  static final String INSERT_IF_NONE_ACTIVE =
      INSERT + "ON CONFLICT (algorithm) WHERE retired_at IS NULL DO NOTHING";
  static final String ACTIVATE =
      INSERT
          + """
          ON CONFLICT (id) DO UPDATE
          SET sealed_private_key = excluded.sealed_private_key,
              certificate = excluded.certificate,
              retired_at = NULL
          """;

  static final String RETIRE =
      """
      UPDATE signing_key SET retired_at = $2 WHERE algorithm = $1 AND retired_at IS NULL
      """;
  static final String DELETE_RETIRED = "DELETE FROM signing_key WHERE retired_at < $1";

  private final Database database;

  public PgSigningKeyRepository(Database database) {
    this.database = database;
  }

  @Override
  public Flux<SigningKey> findUsable(Instant retiredSince) {
    return database
        .many(FIND_USABLE, PgSigningKeyRepository::key, Rows.timestamp(retiredSince))
        .flatMapIterable(keys -> keys);
  }

  @Override
  public Mono<SigningKey> insertIfNoneActive(SigningKey candidate) {
    return database
        .update(INSERT_IF_NONE_ACTIVE, row(candidate))
        .then(database.one(FIND_ACTIVE, PgSigningKeyRepository::key, candidate.algorithm()));
  }

  @Override
  public Mono<Void> rotate(SigningKey next, Instant at) {
    return database
        .<Boolean>inTx(tx ->
            database
                .in(tx)
                .one(FIND_ACTIVE, PgSigningKeyRepository::key, next.algorithm())
                .map(active -> active.id().equals(next.id()))
                .defaultIfEmpty(false)
                .flatMap(done -> done ? Mono.just(true) : replace(tx, next, at)))
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "signing_key_active"),
            error ->
                new RegistryException(
                    ErrorCode.CONFLICT, "another replica rotated the keys meanwhile", error))
        .then();
  }

  @Override
  public Mono<Boolean> rotateIfOlder(SigningKey next, Instant createdBefore, Instant at) {
    return database.inTx(tx ->
        database
            .in(tx)
            .one(
                LOCK_OLDER,
                PgSigningKeyRepository::key,
                next.algorithm(),
                Rows.timestamp(createdBefore))
            .flatMap(_ -> replace(tx, next, at))
            .defaultIfEmpty(false));
  }

  @Override
  public Mono<Long> deleteRetiredBefore(Instant instant) {
    return database.update(DELETE_RETIRED, Rows.timestamp(instant));
  }

  private Mono<Boolean> replace(Tx tx, SigningKey next, Instant at) {
    return database
        .in(tx)
        .update(RETIRE, next.algorithm(), Rows.timestamp(at))
        .then(Mono.defer(() -> database.in(tx).update(ACTIVATE, row(next))))
        .thenReturn(true);
  }

  private static Object[] row(SigningKey key) {
    return new Object[] {
      key.id(),
      key.algorithm(),
      key.sealedPrivateKey(),
      key.certificate(),
      Rows.timestamp(key.createdAt())
    };
  }

  private static SigningKey key(Readable row) {
    return new SigningKey(
        Rows.text(row, "id"),
        Rows.text(row, "algorithm"),
        Rows.text(row, "sealed_private_key"),
        Rows.get(row, "certificate", byte[].class),
        Rows.instant(row, "created_at"),
        Rows.findInstant(row, "retired_at").orElse(null));
  }
}
