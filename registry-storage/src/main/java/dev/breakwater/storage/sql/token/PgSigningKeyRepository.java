package dev.breakwater.storage.sql.token;

import dev.breakwater.core.token.SigningKey;
import dev.breakwater.core.token.SigningKeyRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Signing keys as rows. */
public final class PgSigningKeyRepository implements SigningKeyRepository {
  private static final String COLUMNS =
      "id, algorithm, sealed_private_key, certificate, created_at, retired_at";
  private static final String FIND_USABLE =
      "SELECT "
          + COLUMNS
          + " FROM signing_key WHERE retired_at IS NULL OR retired_at >= $1 ORDER BY created_at,"
          + " id";
  private static final String FIND_ACTIVE =
      "SELECT " + COLUMNS + " FROM signing_key WHERE algorithm = $1 AND retired_at IS NULL";
  private static final String INSERT =
      """
      INSERT INTO signing_key (id, algorithm, sealed_private_key, certificate, created_at)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (algorithm) WHERE retired_at IS NULL DO NOTHING
      """;
  private static final String RETIRE =
      """
      UPDATE signing_key SET retired_at = $3
      WHERE algorithm = $1 AND retired_at IS NULL AND id <> $2
      """;
  private static final String ACTIVATE =
      """
      INSERT INTO signing_key (id, algorithm, sealed_private_key, certificate, created_at)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (id) DO UPDATE
      SET sealed_private_key = excluded.sealed_private_key,
          certificate = excluded.certificate,
          retired_at = NULL
      WHERE signing_key.retired_at IS NOT NULL
      """;
  private static final String DELETE_RETIRED = "DELETE FROM signing_key WHERE retired_at < $1";

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
        .update(INSERT, parameters(candidate))
        .then(
            Mono.defer(() ->
                database.one(FIND_ACTIVE, PgSigningKeyRepository::key, candidate.algorithm())));
  }

  @Override
  public Mono<Void> rotate(SigningKey next, Instant at) {
    return database.inTx(tx -> rotateIn(tx, next, at)).then();
  }

  @Override
  public Mono<Long> deleteRetiredBefore(Instant instant) {
    return database.update(DELETE_RETIRED, Rows.timestamp(instant));
  }

  private Mono<Long> rotateIn(Tx tx, SigningKey next, Instant at) {
    return database
        .in(tx)
        .update(RETIRE, next.algorithm(), next.id(), Rows.timestamp(at))
        .then(Mono.defer(() -> database.in(tx).update(ACTIVATE, parameters(next))));
  }

  private static Object[] parameters(SigningKey key) {
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
        Rows.find(row, "retired_at", OffsetDateTime.class)
            .map(OffsetDateTime::toInstant)
            .orElse(null));
  }
}
