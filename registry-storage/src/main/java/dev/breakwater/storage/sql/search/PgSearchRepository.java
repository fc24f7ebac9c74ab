package dev.breakwater.storage.sql.search;

import dev.breakwater.core.project.Visibility;
import dev.breakwater.core.search.RepositoryMatch;
import dev.breakwater.core.search.SearchRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.TextValues;
import dev.breakwater.storage.sql.repository.PgRepositoryCatalog;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Searches repositories by their names. */
public final class PgSearchRepository implements SearchRepository {
  private static final String SELECT =
      """
      SELECT repository.project_id, project.name AS project_name, project.is_public,
             repository.name, repository.pull_count,
             (SELECT count(*) FROM manifest
              WHERE manifest.repository_id = repository.id AND manifest.listed) AS artifact_count
      FROM repository JOIN project ON project.id = repository.project_id\
      """;

  private final Database database;

  public PgSearchRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<List<RepositoryMatch>> repositories(Visibility visibility, String part, int limit) {
    return Mono.defer(() -> {
      Conditions conditions = conditions(visibility, part);
      return database.many(
          sql(conditions), PgSearchRepository::found, conditions.parameters(limit));
    });
  }

  static String sql(Conditions conditions) {
    return SELECT
        + conditions.where()
        + " ORDER BY repository.name LIMIT $"
        + (conditions.size() + 1);
  }

  static Conditions conditions(Visibility visibility, String part) {
    Conditions conditions = new Conditions().and(PgRepositoryCatalog.PRESENT);
    if (!part.isEmpty()) {
      conditions.and("repository.name ILIKE ?", TextValues.containing("q", part));
    }
    return switch (visibility) {
      case Visibility.Everything _ -> conditions;
      case Visibility.OfProjects(Set<Long> ids) ->
          conditions.and(
              "(project.is_public OR project.id = ANY (?))", (Object) ids.toArray(new Long[0]));
      case Visibility.OfUser(long userId) ->
          conditions.and(
              """
              (project.is_public OR project.id IN (
                SELECT project_id FROM project_member WHERE user_id = ?
                UNION ALL
                SELECT member.project_id
                FROM user_group_membership AS membership
                JOIN project_member AS member ON member.group_id = membership.group_id
                WHERE membership.user_id = ?))\
              """,
              userId,
              userId);
    };
  }

  private static RepositoryMatch found(Readable row) {
    return new RepositoryMatch(
        Rows.number(row, "project_id"),
        Rows.text(row, "project_name"),
        Rows.flag(row, "is_public"),
        Rows.text(row, "name"),
        Rows.number(row, "pull_count"),
        Rows.number(row, "artifact_count"));
  }
}
