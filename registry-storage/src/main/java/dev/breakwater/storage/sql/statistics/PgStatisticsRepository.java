package dev.breakwater.storage.sql.statistics;

import dev.breakwater.core.project.Visibility;
import dev.breakwater.core.statistics.Statistics.Count;
import dev.breakwater.core.statistics.StatisticsRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.repository.PgRepositoryCatalog;
import io.r2dbc.spi.Readable;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Counts projects and repositories by indexes alone. */
public final class PgStatisticsRepository implements StatisticsRepository {
  static final String BYTES =
      """
      SELECT (coalesce(sum(used), 0) + coalesce((
        SELECT sum(bytes) FROM project_usage_change), 0))::bigint AS n
      FROM project_usage
      """;

  private final Database database;

  public PgStatisticsRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Count> publicOnes() {
    return count(new Conditions().and("project.is_public"));
  }

  @Override
  public Mono<Count> privateOnes(Visibility visibility) {
    return count(privateTo(visibility));
  }

  static Conditions privateTo(Visibility visibility) {
    Conditions conditions = new Conditions().and("NOT project.is_public");
    return switch (visibility) {
      case Visibility.Everything _ -> conditions;
      case Visibility.OfProjects(Set<Long> ids) ->
          conditions.and("project.id = ANY (?)", (Object) ids.toArray(new Long[0]));
      case Visibility.OfUser(long userId) ->
          conditions.and(
              """
              project.id IN (
                SELECT project_id FROM project_member WHERE user_id = ?
                UNION ALL
                SELECT member.project_id
                FROM user_group_membership AS membership
                JOIN project_member AS member ON member.group_id = membership.group_id
                WHERE membership.user_id = ?)\
              """,
              userId,
              userId);
    };
  }

  private Mono<Count> count(Conditions conditions) {
    return database.one(sql(conditions), PgStatisticsRepository::read, conditions.parameters());
  }

  static String sql(Conditions conditions) {
    return """
    WITH counted AS (
      SELECT (
        SELECT count(*) FROM repository
        WHERE repository.project_id = project.id AND PRESENT) AS n
      FROM project\
    """
            .replace("PRESENT", PgRepositoryCatalog.PRESENT)
        + conditions.where()
        + ") SELECT count(*) AS projects, coalesce(sum(n), 0)::bigint AS repositories FROM counted";
  }

  @Override
  public Mono<Long> bytes() {
    return database.one(BYTES, row -> Rows.number(row, "n"));
  }

  private static Count read(Readable row) {
    return new Count(Rows.number(row, "projects"), Rows.number(row, "repositories"));
  }
}
