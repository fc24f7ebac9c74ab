package dev.breakwater.storage.sql.artifact;

import dev.breakwater.core.artifact.ArtifactScope;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The statements of lists of artifacts, so that each goes by an index that suits it. */
final class ArtifactLists {
  private static final String FROM =
      """
       FROM manifest
      JOIN repository ON repository.id = manifest.repository_id\
      """;

  private static final String FIELDS =
      """
      SELECT manifest.id, manifest.project_id, manifest.repository_id,
             repository.name AS repository_name, manifest.digest, manifest.type,
             manifest.media_type, manifest.config_media_type,
             coalesce(manifest.artifact_type, '') AS artifact_type, manifest.total_size,
             manifest.pushed_at, manifest.pulled_at, manifest.expires_at,
             manifest.extra_attributes, manifest.annotations, manifest.icon\
      """;

  static final String SELECT = FIELDS + FROM;

  private static final String COUNT = "SELECT count(*) AS n";

  /** Of a project, when only the latest of each repository counts. */
  private static final String FROM_LATEST =
      """
       FROM repository
      CROSS JOIN LATERAL (
        SELECT * FROM manifest
        WHERE repository_id = repository.id AND listed
        ORDER BY pushed_at DESC, id DESC LIMIT 1) AS manifest\
      """;

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("manifest.pushed_at DESC, manifest.id DESC", "manifest.id")
          .number("id", "manifest.id")
          .text("digest", "manifest.digest")
          .text("repository_name", "repository.name")
          .text("type", "manifest.type")
          .breakingTies("type", "manifest.pushed_at")
          .text("manifest_media_type", "manifest.media_type")
          .text("media_type", "manifest.config_media_type")
          .text("artifact_type", "manifest.artifact_type")
          .number("size", "manifest.total_size")
          .time("push_time", "manifest.pushed_at")
          .time("pull_time", "manifest.pulled_at");

  private static final Set<String> PROJECT_ORDERS =
      Set.of("size", "mediatype", "manifestmediatype", "artifacttype");

  /** So many can be sorted where a page of them is asked for. */
  private static final long FEW = 5_000;

  private ArtifactLists() {}

  /**
   * @param total how many there are
   */
  static Statement page(ArtifactScope scope, ListRequest request, long total) {
    boolean plain = request.conditions().isEmpty() && request.orders().isEmpty();
    boolean latest = scope instanceof ArtifactScope.OfProject(_, boolean only) && only;
    // In the usual order, the latest of their repositories are among the first of the project.
    Conditions conditions =
        latest && !plain
            ? latestOf(scope, request.conditions())
            : conditions(scope, request.conditions(), total, isOrderedByProject(request));
    String select = latest && !plain ? FIELDS + FROM_LATEST : SELECT;
    return new Statement(COLUMNS.page(select, conditions, request), conditions);
  }

  static Statement counting(ArtifactScope scope, List<Condition> asked) {
    if (scope instanceof ArtifactScope.OfProject(_, boolean latestOnly) && latestOnly) {
      Conditions conditions = latestOf(scope, asked);
      return new Statement(COUNT + FROM_LATEST + conditions.where(), conditions);
    }
    Conditions conditions = conditions(scope, asked, Long.MAX_VALUE, false);
    boolean joins = asked.stream().anyMatch(ArtifactLists::namesRepository);
    return new Statement(
        COUNT + (joins ? FROM : " FROM manifest") + conditions.where(), conditions);
  }

  /** A statement and what is bound to it. */
  record Statement(String sql, Conditions conditions) {}

  private static Conditions latestOf(ArtifactScope project, List<Condition> asked) {
    return ArtifactConditions.add(
        new Conditions().and("repository.project_id = ?", project.id()),
        project,
        asked,
        false,
        COLUMNS);
  }

  private static boolean namesRepository(Condition condition) {
    return normalized(condition.field()).equals("repositoryname");
  }

  /** There is an index of a project's artifacts in such an order, and none of a repository's. */
  private static boolean isOrderedByProject(ListRequest request) {
    return request.conditions().stream().anyMatch(it -> normalized(it.field()).equals("base"))
        || request.orders().stream()
            .limit(1)
            .anyMatch(it -> PROJECT_ORDERS.contains(normalized(it.field())));
  }

  private static String normalized(String field) {
    return field.replace("_", "").toLowerCase(Locale.ROOT);
  }

  private static Conditions conditions(
      ArtifactScope scope, List<Condition> asked, long total, boolean byProject) {
    Conditions conditions =
        switch (scope) {
          case ArtifactScope.OfRepository(long id, long project) -> {
            Conditions own = new Conditions().and("manifest.repository_id = ?", id);
            yield byProject ? own.and("manifest.project_id = ?", project) : own;
          }
          case ArtifactScope.OfProject(long id, boolean latestOnly) ->
              latest(new Conditions().and("manifest.project_id = ?", id), latestOnly);
        };
    boolean byTags = asked.size() == 1 && total <= FEW;
    return ArtifactConditions.add(conditions, scope, asked, byTags, COLUMNS);
  }

  private static Conditions latest(Conditions conditions, boolean latestOnly) {
    return latestOnly
        ? conditions.and(
            """
            manifest.id = (
              SELECT latest.id FROM manifest AS latest
              WHERE latest.repository_id = manifest.repository_id AND latest.listed
              ORDER BY latest.pushed_at DESC, latest.id DESC LIMIT 1)\
            """)
        : conditions;
  }
}
