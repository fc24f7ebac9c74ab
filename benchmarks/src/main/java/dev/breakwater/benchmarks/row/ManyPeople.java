package dev.breakwater.benchmarks.row;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a large house has: 100,000 users, 20,000 projects, 200,000 memberships and more, written
 * straight into the embedded database of a registry that runs.
 */
final class ManyPeople {
  static final int PROJECTS = 20_000;

  private static final String SQL =
      """
      BEGIN;
      -- Without the checks of foreign keys, row by row.
      SET LOCAL session_replication_role = replica;
      SELECT id AS member FROM app_user WHERE username = 'member' \\gset
      SELECT coalesce(max(id), 0) AS users FROM app_user \\gset
      SELECT max(id) AS projects FROM project \\gset
      SELECT to_char(now(), 'YYYY-MM-01') AS month \\gset

      INSERT INTO app_user (username, email, real_name, created_at)
      SELECT 'user' || lpad(n::text, 6, '0'), 'user' || n || '@example.org', 'User ' || n,
             now() - n * interval '1 minute'
      FROM generate_series(1, 100000) n;

      INSERT INTO project (name, is_public, owner_id, created_at, updated_at)
      SELECT 'project' || lpad(n::text, 5, '0'), n % 2 = 0, :users + n,
             now() - n * interval '1 minute', now() - n * interval '1 minute'
      FROM generate_series(1, 20000) n;

      INSERT INTO project_metadata (project_id, name, value)
      SELECT :projects + n, item, 'true'
      FROM generate_series(1, 20000) n, unnest(ARRAY['auto_scan', 'prevent_vul']) item;

      INSERT INTO user_group (name, kind)
      SELECT 'group' || lpad(n::text, 4, '0'), 3 FROM generate_series(1, 2000) n;

      INSERT INTO user_group_membership (user_id, group_id)
      SELECT :users + n, n % 2000 + 1 FROM generate_series(1, 100000) n
      UNION ALL SELECT :member, n FROM generate_series(1, 5) n;

      -- Eight users and a group to a project, and one user who is in 200 of them.
      INSERT INTO project_member (project_id, user_id, role)
      SELECT :projects + n % 20000 + 1, :users + n % 100000 + 1, n % 5 + 1
      FROM (SELECT n + n / 100000 * 7 AS n FROM generate_series(0, 179799) n) AS numbers
      ON CONFLICT DO NOTHING;
      INSERT INTO project_member (project_id, user_id, role)
      SELECT :projects + n * 100, :member, 2 FROM generate_series(1, 200) n;
      INSERT INTO project_member (project_id, group_id, role)
      SELECT :projects + n, n % 2000 + 1, n % 5 + 1 FROM generate_series(1, 20000) n;

      INSERT INTO robot (name, project_id, secret_hash, duration_days, creator_kind, creator_id)
      SELECT CASE WHEN n <= 1000 THEN 'robot' || n ELSE 'project+robot' || n END,
             CASE WHEN n > 1000 THEN :projects + n % 1000 + 1 END, '', -1, 'local', 1
      FROM generate_series(1, 21000) n;
      INSERT INTO robot_permission (robot_id, position, scope, project_id, access)
      SELECT id, 0, CASE WHEN project_id IS NULL THEN 'every_project' ELSE 'project' END,
             project_id, '{repository:pull,repository:push}'
      FROM robot;

      INSERT INTO federation (name, issuer, audience, claims, robot_id)
      SELECT 'rule' || n, 'https://issuer' || n % 100 || '.example', 'breakwater',
             '[{"claim": "sub", "value": "repo:acme/*", "match": "glob"}]', n
      FROM generate_series(1, 5000) n;

      INSERT INTO audit_log (project_id, operation, resource_type, resource, username, description,
                             successful, source_address, happened_at)
      SELECT :projects + CASE WHEN n % 10 = 0 THEN 1 ELSE n % 1000 + 1 END, 'create', 'artifact',
             'project00001/app:' || n, 'user000001', 'pushed', true, '192.0.2.1',
             timestamptz :'month' + n * interval '1 second'
      FROM generate_series(1, 100000) n;
      UPDATE app_user_total
      SET present = (SELECT count(*) FROM app_user WHERE deleted_at IS NULL);
      UPDATE project_total SET
        present = (SELECT count(*) FROM project),
        public = (SELECT count(*) FROM project WHERE is_public);
      COMMIT;
      VACUUM ANALYZE;
      """;

  private ManyPeople() {}

  /**
   * Once, after a user named {@code member} was made.
   *
   * @param data the registry's data directory
   */
  static void moveIn(Path data) throws IOException, InterruptedException {
    Psql.run(data, SQL);
  }
}
