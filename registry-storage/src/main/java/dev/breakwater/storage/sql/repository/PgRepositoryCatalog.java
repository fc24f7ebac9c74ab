package dev.breakwater.storage.sql.repository;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.repository.RepositoryCatalog;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.StorableText;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Lists repositories. */
public final class PgRepositoryCatalog implements RepositoryCatalog {
  static final String LIST =
      """
      SELECT name FROM repository
      WHERE name > $1
        AND EXISTS (SELECT FROM manifest WHERE manifest.repository_id = repository.id)
      ORDER BY name LIMIT $2
      """;

  private final Database database;

  public PgRepositoryCatalog(Database database) {
    this.database = database;
  }

  @Override
  public Mono<List<String>> list(Optional<String> after, int limit) {
    String behind = after.orElse("");
    return StorableText.fits(behind)
        ? database.many(LIST, row -> Rows.text(row, "name"), behind, limit)
        : Mono.error(
            new RegistryException(
                ErrorCode.NAME_INVALID, "'last' has a character that no name has"));
  }
}
