package dev.breakwater.storage.sql;

import java.util.List;

/**
 * A repository of 5,000 blobs, manifests and tags that came so fast that PostgreSQL's statistics
 * are of a time when there were few: it plans as if there were still so few.
 */
public final class GrownRepository {
  public static final String NAME = "library/grown";

  private static final List<String> TABLES =
      List.of("blob", "repository_blob", "manifest", "tag", "project_content", "upload");

  private GrownRepository() {}

  /**
   * A database of its own; to be closed.
   *
   * @param known how many of them the statistics know of
   */
  public static Database database(int known) {
    Database database = TestDatabase.migrated();
    for (String table : TABLES) {
      run(database, "ALTER TABLE " + table + " SET (autovacuum_enabled = false)");
    }
    run(database, "INSERT INTO repository (id, project_id, name) VALUES (1000, 1, '" + NAME + "')");
    fill(database, 1, known);
    run(database, "ANALYZE");
    fill(database, known + 1, 5000);
    return database;
  }

  private static void fill(Database database, int first, int last) {
    Await.done(
        database.update(
            """
            WITH number AS (SELECT n FROM generate_series($1::int, $2::int) AS n),
            pushed AS (
              INSERT INTO blob (id, digest, size)
              SELECT 1000 + n, 'sha256:' || encode(sha256(('blob ' || n)::bytea), 'hex'), 3
              FROM number
              RETURNING id, digest, size),
            linked AS (
              INSERT INTO repository_blob (repository_id, blob_id, leased_until, review_at)
              SELECT 1000, id, now() + interval '1 day', now() + interval '1 day' FROM pushed),
            counted AS (
              INSERT INTO project_content (project_id, digest, size)
              SELECT 1, digest, size FROM pushed),
            stored AS (
              INSERT INTO manifest
                (id, repository_id, project_id, digest, media_type, annotations, size, bytes, type,
                 tagged)
              SELECT 1000 + n, 1000, 1,
                     'sha256:' || encode(sha256(('manifest ' || n)::bytea), 'hex'),
                     'application/vnd.oci.image.manifest.v1+json', '{}', 2, '{}', 'IMAGE', true
              FROM number
              RETURNING id)
            INSERT INTO tag (repository_id, name, manifest_id)
            SELECT 1000, 'v' || id - 1000, id FROM stored
            """,
            first,
            last));
  }

  private static void run(Database database, String sql) {
    Await.done(database.update(sql));
  }
}
