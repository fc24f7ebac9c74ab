package dev.breakwater.storage.sql.retention;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.retention.Candidate;
import dev.breakwater.core.retention.CandidateRepository;
import dev.breakwater.core.retention.Ordering;
import dev.breakwater.core.retention.Place;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.util.List;
import reactor.core.publisher.Mono;

/** Pages of artifacts by keys, never by offsets. */
public final class PgCandidateRepository implements CandidateRepository {
  static final String REPOSITORIES =
      """
      SELECT id, project_id, name FROM repository
      WHERE project_id = $1 AND id > $2 ORDER BY id LIMIT $3
      """;

  static final String REPOSITORY = "SELECT id, project_id, name FROM repository WHERE id = $1";

  /** By an index. */
  static final String PUSHED = page("pushed_at");

  /**
   * Sorted: only rules that count pulls need it, and only as many of its pages as they count
   * artifacts.
   */
  static final String PULLED = page("coalesce(pulled_at, 'epoch')");

  static final String ACTIVE = page("greatest(pushed_at, pulled_at)");

  private final Database database;

  public PgCandidateRepository(Database database) {
    this.database = database;
  }

  private static String page(String time) {
    return """
    SELECT candidate.id, candidate.digest, candidate.pushed_at, candidate.pulled_at,
           ARRAY(SELECT tag.name FROM tag WHERE tag.manifest_id = candidate.id ORDER BY tag.name)
             AS tags
    FROM (
      SELECT id, digest, pushed_at, pulled_at, TIME AS place FROM manifest
      WHERE repository_id = $1 AND listed AND (TIME, id) < ($2, $3)
      ORDER BY TIME DESC, id DESC LIMIT $4) AS candidate
    ORDER BY candidate.place DESC, candidate.id DESC
    """
        .replace("TIME", time);
  }

  @Override
  public Mono<List<Target>> repositories(long projectId, long after, int limit) {
    return database.many(REPOSITORIES, PgCandidateRepository::target, projectId, after, limit);
  }

  @Override
  public Mono<Target> repository(long id) {
    return database.one(REPOSITORY, PgCandidateRepository::target, id);
  }

  @Override
  public Mono<List<Candidate>> page(long repositoryId, Ordering ordering, Place before, int limit) {
    String sql =
        switch (ordering) {
          case PUSHED -> PUSHED;
          case PULLED -> PULLED;
          case ACTIVE -> ACTIVE;
        };
    return database.many(
        sql,
        PgCandidateRepository::candidate,
        repositoryId,
        Rows.timestamp(before.time()),
        before.id(),
        limit);
  }

  private static Target target(Readable row) {
    return new Target(
        Rows.number(row, "id"),
        Rows.number(row, "project_id"),
        RepositoryName.parse(Rows.text(row, "name")));
  }

  private static Candidate candidate(Readable row) {
    return new Candidate(
        Rows.number(row, "id"),
        Rows.text(row, "digest"),
        Rows.instant(row, "pushed_at"),
        Rows.findInstant(row, "pulled_at"),
        List.of(Rows.get(row, "tags", String[].class)));
  }
}
