package dev.breakwater.storage.sql.quota;

import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.quota.MoreRoomNeeded;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/**
 * The parts of statements that keep count of what projects hold, each content once.
 *
 * <p>A project holds the manifests that it has, what they name, and blobs that it links and that
 * were not given up (by the deletion of the last manifest of the repository that named them).
 * Whoever adds content share-locks the rows that are there; whoever takes some away locks them
 * first and then looks, in a statement of its own, whether anything still needs them. So neither
 * misses the other.
 */
public final class ProjectContent {
  /**
   * The end of a statement that adds content, behind a CTE {@code content (digest, size)}: counts
   * what is new, ends the promise, tells the growth. Its own CTEs may follow others.
   *
   * @param project the parameter with the project's number, such as {@code $2}
   * @param promise the parameter with the number of the promise
   */
  public static String added(String project, String promise) {
    return """
    held AS (
      SELECT digest FROM project_content
      WHERE project_id = %1$s AND digest = ANY (ARRAY (SELECT digest FROM content))
      ORDER BY digest
      FOR KEY SHARE),
    added AS (
      INSERT INTO project_content (project_id, digest, size)
      SELECT %1$s, digest, size FROM content
      WHERE digest NOT IN (SELECT digest FROM held)
      ORDER BY digest
      ON CONFLICT (project_id, digest) DO UPDATE SET size = project_content.size
      RETURNING size, xmax = 0 AS fresh),
    growth AS (SELECT coalesce(sum(size) FILTER (WHERE fresh), 0)::bigint AS bytes FROM added),
    counted AS (
      INSERT INTO project_usage_change (project_id, bytes)
      SELECT %1$s, bytes FROM growth WHERE bytes <> 0),
    promised AS (DELETE FROM quota_reservation WHERE id = %2$s RETURNING bytes),
    account AS (
      SELECT growth.bytes AS growth,
             coalesce((SELECT bytes FROM promised), 0) AS reserved,
             coalesce((SELECT storage_limit FROM project WHERE id = %1$s), -1) AS storage_limit
      FROM growth)
    """
        .formatted(project, promise);
  }

  /** Behind {@link #added}, in a statement for itself: it fails when it goes beyond the quota. */
  public static final String WITHIN =
      """
      SELECT require_room(growth, reserved, storage_limit) FROM account
      """;

  /** Of {@code require_room}; the error's detail is how many bytes are missing. */
  private static final String ROOM_NEEDED = "23B01";

  /** Before content is taken away; $1 the project, $2 digests. */
  static final String LOCK =
      """
      SELECT count(*) AS n FROM (
        SELECT FROM project_content
        WHERE project_id = $1 AND digest = ANY ($2::text[])
        ORDER BY digest
        FOR UPDATE) AS locked
      """;

  /**
   * Takes away what nothing needs any more; $1 the project, $2 digests that are locked. {@code
   * OFFSET 0}: for each digest by itself, by the index of the digest, however few rows the planner
   * believes a project to have that was just filled.
   */
  static final String REMOVE =
      """
      WITH removed AS (
        DELETE FROM project_content AS content
        WHERE project_id = $1 AND digest = ANY ($2::text[])
          AND NOT EXISTS (
            SELECT FROM manifest_reference AS named
            WHERE named.project_id = $1 AND named.digest = content.digest OFFSET 0)
          AND NOT EXISTS (
            SELECT FROM manifest
            WHERE manifest.project_id = $1 AND manifest.digest = content.digest OFFSET 0)
          AND NOT EXISTS (
            SELECT FROM blob
            JOIN repository_blob AS link ON link.blob_id = blob.id
            WHERE blob.digest = content.digest AND NOT link.given_up
              AND $1 = (SELECT project_id FROM repository WHERE id = link.repository_id) OFFSET 0)
        RETURNING size)
      INSERT INTO project_usage_change (project_id, bytes)
      SELECT $1, -sum(size)::bigint FROM removed HAVING sum(size) > 0
      """;

  private ProjectContent() {}

  /** {@link MoreRoomNeeded} for an error of {@link #WITHIN}; others stay what they are. */
  public static Throwable roomNeeded(Throwable error) {
    if (error instanceof PostgresqlException known) {
      ErrorDetails details = known.getErrorDetails();
      if (details.getCode().equals(ROOM_NEEDED)) {
        return new MoreRoomNeeded(Long.parseLong(details.getDetail().orElseThrow()));
      }
    }
    return error;
  }

  /**
   * Locks content that may be taken away, always before any link. Whoever needs it waits; what is
   * looked at in the next statement cannot change any more.
   */
  public static Mono<Void> lock(Statements statements, long projectId, String[] digests) {
    return statements.one(LOCK, row -> Rows.number(row, "n"), projectId, digests).then();
  }

  /** Counts no longer what nothing needs any more, of digests that are locked. */
  public static Mono<Void> remove(Statements statements, long projectId, String[] digests) {
    return statements.update(REMOVE, projectId, digests).then();
  }

  /** Reads the row {@code account} with a result beside it. */
  public static <T> Accounted<T> account(Readable row, T result) {
    return new Accounted<>(
        result,
        Rows.number(row, "growth"),
        Rows.number(row, "reserved"),
        Rows.number(row, "storage_limit"));
  }
}
