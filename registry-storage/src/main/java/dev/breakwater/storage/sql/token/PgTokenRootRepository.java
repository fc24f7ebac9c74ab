package dev.breakwater.storage.sql.token;

import dev.breakwater.core.token.TokenRoot;
import dev.breakwater.core.token.TokenRootRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/** The token root as a row. */
public final class PgTokenRootRepository implements TokenRootRepository {
  static final String FIND = "SELECT sealed_private_key, certificate, created_at FROM token_root";
  static final String INSERT =
      """
      INSERT INTO token_root (sealed_private_key, certificate, created_at) VALUES ($1, $2, $3)
      ON CONFLICT DO NOTHING
      """;

  private final Database database;

  public PgTokenRootRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<TokenRoot> find() {
    return database.one(FIND, PgTokenRootRepository::root);
  }

  /** Two statements: only the second one sees what another replica wrote meanwhile. */
  @Override
  public Mono<TokenRoot> insertIfAbsent(TokenRoot candidate) {
    return database
        .update(
            INSERT,
            candidate.sealedPrivateKey(),
            candidate.certificate(),
            Rows.timestamp(candidate.createdAt()))
        .then(find());
  }

  private static TokenRoot root(Readable row) {
    return new TokenRoot(
        Rows.text(row, "sealed_private_key"),
        Rows.get(row, "certificate", byte[].class),
        Rows.instant(row, "created_at"));
  }
}
