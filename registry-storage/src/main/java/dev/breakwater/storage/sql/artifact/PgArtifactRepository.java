package dev.breakwater.storage.sql.artifact;

import dev.breakwater.core.artifact.Artifact;
import dev.breakwater.core.artifact.ArtifactRepository;
import dev.breakwater.core.artifact.ArtifactTag;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Artifacts as the rows of manifests. Sizes are summed for the rows of a page alone. */
public final class PgArtifactRepository implements ArtifactRepository {
  private static final String FROM =
      """
      FROM repository
      JOIN manifest ON manifest.repository_id = repository.id
      """;

  static final String SELECT =
      """
      SELECT manifest.id, repository.project_id, repository.id AS repository_id,
             repository.name AS repository_name, manifest.digest, manifest.media_type,
             coalesce(manifest.artifact_type, '') AS config_type, manifest.pushed_at,
             manifest.size + coalesce((
               SELECT sum(blob.size) FROM manifest_reference
               JOIN blob ON blob.digest = manifest_reference.digest
               WHERE manifest_reference.manifest_id = manifest.id
                 AND manifest_reference.kind = 'b'), 0)::bigint AS total_size
      """
          + FROM;

  static final String COUNT = "SELECT count(*) AS n " + FROM;

  static final String LATEST =
      """
      manifest.id = (
        SELECT latest.id FROM manifest AS latest WHERE latest.repository_id = repository.id
        ORDER BY latest.pushed_at DESC, latest.id DESC LIMIT 1)\
      """;

  static final String TAGS =
      """
      SELECT manifest_id, repository_id, name, updated_at FROM tag
      WHERE manifest_id = ANY ($1) ORDER BY manifest_id, name LIMIT 1000
      """;

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("repository.name, manifest.digest", "manifest.id")
          .number("id", "manifest.id")
          .text("digest", "manifest.digest")
          .text("repository_name", "repository.name")
          .text("manifest_media_type", "manifest.media_type")
          .text("media_type", "manifest.artifact_type")
          .text("artifact_type", "manifest.artifact_type")
          .time("push_time", "manifest.pushed_at");

  private final Database database;

  public PgArtifactRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Slice<Artifact>> list(long projectId, boolean latestOnly, ListRequest request) {
    return COLUMNS.slice(
        database,
        SELECT,
        COUNT,
        scope(projectId, latestOnly),
        request,
        PgArtifactRepository::artifact);
  }

  static Conditions scope(long projectId, boolean latestOnly) {
    Conditions scope = new Conditions().and("repository.project_id = ?", projectId);
    return latestOnly ? scope.and(LATEST) : scope;
  }

  @Override
  public Mono<Map<Long, List<ArtifactTag>>> tags(Set<Long> artifactIds) {
    return database
        .many(TAGS, PgArtifactRepository::tag, (Object) artifactIds.toArray(new Long[0]))
        .map(tags -> tags.stream().collect(Collectors.groupingBy(ArtifactTag::artifactId)));
  }

  private static ArtifactTag tag(Readable row) {
    return new ArtifactTag(
        Rows.number(row, "manifest_id"),
        Rows.number(row, "repository_id"),
        Rows.text(row, "name"),
        Rows.instant(row, "updated_at"));
  }

  private static Artifact artifact(Readable row) {
    return new Artifact(
        Rows.number(row, "id"),
        Rows.number(row, "project_id"),
        Rows.number(row, "repository_id"),
        Rows.text(row, "repository_name"),
        Rows.text(row, "digest"),
        Rows.text(row, "media_type"),
        Rows.text(row, "config_type"),
        Rows.number(row, "total_size"),
        Rows.instant(row, "pushed_at"),
        List.of());
  }
}
