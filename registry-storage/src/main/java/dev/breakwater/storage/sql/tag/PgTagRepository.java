package dev.breakwater.storage.sql.tag;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.tag.TagRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.StorableText;
import dev.breakwater.storage.sql.repository.PgRepositoryCatalog;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Lists tags. */
public final class PgTagRepository implements TagRepository {
  static final String FIND_REPOSITORY =
      """
      SELECT id FROM repository WHERE name = $1 AND \
      """
          + PgRepositoryCatalog.PRESENT;
  static final String LIST =
      """
      SELECT name FROM tag WHERE repository_id = $1 AND name > $2 ORDER BY name LIMIT $3
      """;

  private final Database database;

  public PgTagRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<List<String>> list(RepositoryName repository, Optional<String> after, int limit) {
    String behind = after.orElse("");
    if (!StorableText.fits(behind)) {
      return Mono.error(
          new RegistryException(ErrorCode.TAG_INVALID, "'last' has a character that no tag has"));
    }
    return database
        .one(FIND_REPOSITORY, row -> Rows.number(row, "id"), repository.value())
        .flatMap(id -> database.many(LIST, row -> Rows.text(row, "name"), id, behind, limit));
  }
}
