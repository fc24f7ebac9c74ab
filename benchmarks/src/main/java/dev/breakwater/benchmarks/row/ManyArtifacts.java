package dev.breakwater.benchmarks.row;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.benchmarks.client.Image;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a large house has: a repository {@code library/tags} of 100,000 tags, and a project {@code
 * many} with 1,000,000 artifacts in 10,000 repositories, written straight into the embedded
 * database of a registry that runs.
 */
final class ManyArtifacts {
  static final int REPOSITORIES = 10_000;
  static final int TAGS = 100_000;

  /** Artifact n of the project is in repository n % 10000. */
  private static final String SQL =
      """
      BEGIN;
      -- Without the checks of foreign keys and the triggers, row by row.
      SET LOCAL session_replication_role = replica;
      SET LOCAL maintenance_work_mem = '512MB';
      CREATE FUNCTION pg_temp.digest(n bigint) RETURNS text IMMUTABLE LANGUAGE sql
      RETURN 'sha256:' || encode(sha256(n::text::bytea), 'hex');
      SELECT id AS library FROM project WHERE name = 'library' \\gset
      INSERT INTO project (name, is_public) VALUES ('many', false) RETURNING id AS many \\gset

      INSERT INTO repository (project_id, name, created_at, updated_at)
      VALUES (:library, 'library/tags', now(), now()) RETURNING id AS tags \\gset
      INSERT INTO manifest (repository_id, project_id, digest, media_type, annotations, size, bytes,
                            pushed_at, type, config_media_type, total_size, tagged)
      SELECT :tags, :library, pg_temp.digest(n + 10000000),
             'application/vnd.oci.image.manifest.v1+json', '{}', 2, '\\x7b7d',
             now() - n * interval '7 seconds', 'IMAGE',
             'application/vnd.oci.image.config.v1+json', 1000000, true
      FROM generate_series(1, 100000) n;
      INSERT INTO tag (repository_id, name, manifest_id, created_at, updated_at)
      SELECT :tags, 'v' || lpad((row_number() OVER (ORDER BY id))::text, 6, '0'), id, pushed_at,
             pushed_at
      FROM manifest WHERE repository_id = :tags;

      SELECT max(id) AS first FROM repository \\gset
      INSERT INTO repository (project_id, name, created_at, updated_at)
      SELECT :many, 'many/r' || lpad(n::text, 5, '0'), now() - n * interval '1 minute',
             now() - n % 1000 * interval '1 minute'
      FROM generate_series(1, 10000) n;
      INSERT INTO manifest (repository_id, project_id, digest, media_type, annotations, size, bytes,
                            pushed_at, pulled_at, type, config_media_type, artifact_type, total_size,
                            extra_attributes, tagged, accessory_of, accessory_type)
      SELECT repository.id, :many, pg_temp.digest(n),
             'application/vnd.oci.image.manifest.v1+json', '{}', 2, '\\x7b7d',
             now() - n * interval '1 second',
             CASE WHEN n % 3 = 0 THEN now() - n % 5000 * interval '1 minute' END,
             CASE WHEN n % 7 = 0 THEN 'CHART' ELSE 'IMAGE' END,
             CASE WHEN n % 7 = 0 THEN 'application/vnd.cncf.helm.config.v1+json'
               ELSE 'application/vnd.oci.image.config.v1+json' END,
             CASE WHEN n % 7 = 0 THEN 'application/vnd.cncf.helm.config.v1+json'
               ELSE 'application/vnd.oci.image.config.v1+json' END,
             1000 + n % 100000, '{"os": "linux", "architecture": "amd64"}',
             n / 10000 % 5 <> 0 AND n / 10000 % 20 <> 1,
             CASE WHEN n / 10000 % 20 = 1
               THEN pg_temp.digest(n + 10000) END,
             CASE WHEN n / 10000 % 20 = 1 THEN 'signature.cosign' END
      FROM generate_series(0, 999999) n
      JOIN repository ON repository.name = 'many/r' || lpad((n % 10000 + 1)::text, 5, '0');
      INSERT INTO tag (repository_id, name, manifest_id, created_at, updated_at)
      SELECT repository_id, 'v' || lpad((id % 1000000)::text, 6, '0'), id, pushed_at, pushed_at
      FROM manifest WHERE project_id = :many AND tagged;
      INSERT INTO label (project_id, name, description, color)
      VALUES (NULL, 'tested', '', '#00FF00'), (NULL, 'released', '', '#0000FF');
      INSERT INTO artifact_label (manifest_id, label_id)
      SELECT manifest.id, label.id
      FROM manifest JOIN label ON label.name = 'tested' OR manifest.id % 3000 = 0
      WHERE manifest.project_id = :many AND manifest.id % 1000 = 0 AND label.project_id IS NULL;
      UPDATE project_total SET
        present = (SELECT count(*) FROM project),
        public = (SELECT count(*) FROM project WHERE is_public);
      COMMIT;
      VACUUM ANALYZE;
      """;

  private ManyArtifacts() {}

  /** Of artifact n of the project. */
  static String digest(int n) {
    return Image.digest(Integer.toString(n).getBytes(US_ASCII));
  }

  /**
   * Once, into a registry that has just been made.
   *
   * @param data the registry's data directory
   */
  static void moveIn(Path data) throws IOException, InterruptedException {
    Psql.run(data, SQL);
  }
}
