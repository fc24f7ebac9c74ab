package dev.breakwater.storage.sql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** A database with enough rows that reading all of a table is never the cheapest plan. */
public final class LargeRegistry {
  /** Has 50,000 manifests, tags and blob links. */
  public static final String REPOSITORY = "library/large";

  private static final String USERS =
      """
      INSERT INTO app_user (username, email)
      SELECT 'user' || n, 'user' || n || '@example.org' FROM generate_series(1, 20000) n
      """;

  private static final List<String> ROWS =
      List.of(
          """
          INSERT INTO project (name, is_public, owner_id)
          SELECT 'project' || n, n % 2 = 0, n FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO repository (project_id, name)
          SELECT n % 100 + 1, CASE n WHEN 1 THEN 'library/large' ELSE 'library/small' || n END
          FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO blob (digest, size)
          SELECT 'sha256:' || md5('b' || n) || md5('b' || n), n FROM generate_series(1, 60000) n
          """,
          """
          INSERT INTO repository_blob (repository_id, blob_id, leased_until)
          SELECT CASE WHEN n <= 50000 THEN 1 ELSE n - 50000 END, n, now()
          FROM generate_series(1, 60000) n
          """,
          """
          INSERT INTO manifest
            (repository_id, project_id, digest, media_type, artifact_type, subject_digest,
             annotations, size, bytes, tagged, type, pushed_at, pulled_at)
          SELECT CASE WHEN n <= 50000 THEN 1 ELSE n - 50000 END,
            CASE WHEN n <= 50000 THEN 2 ELSE (n - 50000) % 100 + 1 END,
            'sha256:' || md5('m' || n) || md5('m' || n), 'application/json', 'type/' || n % 100,
            CASE WHEN n % 2 = 0 THEN 'sha256:' || md5('m1') || md5('m1') END, '{}', 2, '{}',
            true, 'T' || n % 6, timestamptz '2026-01-01' + n * interval '1 second',
            timestamptz '2026-02-01' + n * interval '1 second'
          FROM generate_series(1, 60000) n
          """,
          """
          INSERT INTO manifest_reference (manifest_id, repository_id, project_id, kind, digest)
          SELECT id, repository_id, project_id, 'b', 'sha256:' || md5('b' || id) || md5('b' || id) FROM manifest
          """,
          """
          INSERT INTO tag (repository_id, name, manifest_id)
          SELECT repository_id, 'v' || id, id FROM manifest
          """,
          """
          INSERT INTO project_content (project_id, digest, size)
          SELECT n % 100 + 1, 'sha256:' || md5('b' || n) || md5('b' || n), n
          FROM generate_series(1, 60000) n
          """,
          """
          INSERT INTO project_usage (project_id, used)
          SELECT n, n FROM generate_series(1, 20000) n ON CONFLICT DO NOTHING
          """,
          """
          INSERT INTO project_usage_change (project_id, bytes)
          SELECT n % 20000 + 1, n FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO tag_change (repository_id, name, new_digest, username, changed_at)
          SELECT repository_id, 'v' || id, digest, 'user1', pushed_at FROM manifest
          """,
          """
          INSERT INTO deleted_manifest
            (id, repository_id, project_id, digest, media_type, annotations, size, bytes,
             pushed_at, type, config_media_type, total_size, extra_attributes, tags, deletion,
             deleted_at, deleted_by, restorable_until)
          SELECT id + 1000000, repository_id, project_id, digest, media_type, '{}', 2, '{}',
            pushed_at, type, '', 2, '{}', '{}', gen_random_uuid(), pushed_at, 'user1',
            now() + interval '1 day'
          FROM manifest WHERE id % 3 = 0
          """,
          """
          INSERT INTO deleted_reference (manifest_id, repository_id, kind, digest)
          SELECT manifest_id + 1000000, repository_id, kind, digest FROM manifest_reference
          WHERE manifest_id % 3 = 0
          """,
          """
          INSERT INTO quota_reservation (id, project_id, bytes, expires_at)
          SELECT gen_random_uuid(), n, 5, now() + n * interval '1 second'
          FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO project_member (project_id, user_id, role)
          SELECT n % 20000 + 1, (n % 20000 + n / 20000 * 977) % 20000 + 1, n % 5 + 1
          FROM generate_series(0, 179999) n
          """,
          """
          INSERT INTO user_group (name, kind) SELECT 'group' || n, 3 FROM generate_series(1, 2000) n
          """,
          """
          INSERT INTO project_member (project_id, group_id, role)
          SELECT n % 20000 + 1, n % 2000 + 1, n % 5 + 1 FROM generate_series(0, 19999) n
          """,
          """
          INSERT INTO user_group_membership (user_id, group_id)
          SELECT n % 20000 + 1, n % 2000 + 1 FROM generate_series(0, 19999) n
          """,
          """
          INSERT INTO project_metadata (project_id, name, value)
          SELECT n, 'auto_scan', 'true' FROM generate_series(1, 20000) n
          """,
          """
          CREATE TABLE audit_log_large_1 PARTITION OF audit_log
          FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
          CREATE TABLE audit_log_large_2 PARTITION OF audit_log
          FOR VALUES FROM ('2025-02-01') TO ('2025-03-01')
          """,
          """
          INSERT INTO audit_log (project_id, operation, resource_type, resource, username,
            description, successful, source_address, happened_at)
          SELECT n % 100 + 1, 'create', 'artifact', 'library/large', 'user' || n % 1000, 'pushed',
            true, '127.0.0.1', timestamptz '2025-01-05' + n * interval '20 seconds'
          FROM generate_series(1, 200000) n
          """,
          """
          INSERT INTO label (project_id, name, description, color)
          SELECT CASE WHEN n % 100 > 0 THEN n % 2000 + 1 END, 'label' || n, '', ''
          FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO artifact_label (manifest_id, label_id)
          SELECT n, n % 20000 + 1 FROM generate_series(1, 60000) n
          """,
          """
          INSERT INTO immutable_rule (project_id, disabled, repository_excluding,
            repository_pattern, tag_excluding, tag_pattern, tag_untagged)
          SELECT n % 2000 + 1, false, false, '**', false, 'v' || n, false
          FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO deleted_manifest (id, repository_id, project_id, digest, media_type,
            annotations, size, bytes, pushed_at, type, config_media_type, total_size,
            extra_attributes, tags, deletion, deleted_by, restorable_until)
          SELECT 100000 + n, n % 20000 + 1, 2, 'sha256:' || md5('d' || n) || md5('d' || n),
            'application/json', '{}', 2, '{}', now(), 'IMAGE', '', 2, '{}', '{}',
            md5('d' || n / 3)::uuid, 'alice', now() + n * interval '1 minute'
          FROM generate_series(1, 40000) n
          """,
          """
          INSERT INTO deleted_reference (manifest_id, repository_id, kind, digest)
          SELECT 100000 + n, n % 20000 + 1, 'b', 'sha256:' || md5('b' || n) || md5('b' || n)
          FROM generate_series(1, 40000) n
          """,
          """
          UPDATE repository SET deleted_at = now(), deletion = md5('d' || id / 3)::uuid
          WHERE id % 100 = 50
          """,
          """
          INSERT INTO expiry_rule (project_id, disabled, repository_excluding, repository_pattern,
            tag_excluding, tag_pattern, expires_after)
          SELECT n % 2000 + 1, false, false, '**', false, 'v' || n, '14d'
          FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO retention_verdict (task_id, manifest_id, digest, tags, outcome, reason)
          SELECT n % 2, n, 'sha256:' || md5('m' || n) || md5('m' || n), '{}', 'DEL', ''
          FROM generate_series(1, 60000) n
          """,
          """
          INSERT INTO cve_allowlist (project_id, items)
          SELECT n, '{CVE-1-1}' FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO retention_policy (project_id, rules, cron)
          SELECT n, '[]', '' FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO robot (name, secret_hash, duration_days, creator_kind, creator_id)
          SELECT 'robot' || n, '', -1, 'local', 1 FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO federation (name, enabled, issuer, audience, claims, robot_id)
          SELECT 'rule' || n, n % 10 > 0, 'https://issuer' || n % 500 || '.example', 'breakwater',
            '[]', n
          FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO session (id_hash, user_id, created_at, renewed_at, expires_at)
          SELECT sha256(n::text::bytea), n % 20000 + 1, now(), now(),
            now() + n * interval '1 second'
          FROM generate_series(1, 40000) n
          """,
          """
          INSERT INTO refresh_token
            (token_hash, family, user_id, robot_id, credential_mark, created_at, expires_at)
          SELECT sha256(n::text::bytea), md5((n / 4)::text)::uuid,
            CASE WHEN n % 2 = 0 THEN n / 2 + 1 END, CASE WHEN n % 2 = 1 THEN n / 2 + 1 END, '',
            now(), now() + n * interval '1 second'
          FROM generate_series(0, 39999) n
          """,
          """
          INSERT INTO upload (id, repository, project_id, owner, received, started_at, touched_at)
          SELECT gen_random_uuid(), 'library/large', 1, 'user:1', 0, now(),
            now() - n * interval '1 second'
          FROM generate_series(1, 20000) n
          """,
          """
          INSERT INTO staged_upload (id, object_key, multipart_id, touched_at)
          SELECT md5('s' || n)::uuid, 'key', 'multipart-' || n, now() - n * interval '1 minute'
          FROM generate_series(1, 5000) n
          """,
          """
          INSERT INTO staged_piece (upload_id, tail, number, first_byte, size, entity_tag, checksum)
          SELECT md5('s' || n)::uuid, false, part, part * 5, 5, 'tag', 'sum'
          FROM generate_series(1, 1000) n, generate_series(1, 20) part
          """);

  private LargeRegistry() {}

  /** One for all tests, which only read and explain. */
  public static Database database() {
    return Shared.DATABASE;
  }

  private static Database create() {
    Database database = TestDatabase.migrated();
    Await.done(database.update(USERS));
    for (String rows : ROWS) {
      Await.whole(
          database.inTx(tx ->
              // Without the checks of foreign keys, row by row.
              database
                  .in(tx)
                  .update("SET LOCAL session_replication_role = replica")
                  .then(database.script(tx, rows))));
    }
    Await.whole(database.update("VACUUM ANALYZE"));
    return database;
  }

  /** The digest of blob number n. */
  public static String blob(int n) {
    return "sha256:" + md5("b" + n) + md5("b" + n);
  }

  /** The digest of manifest number n. */
  public static String manifest(int n) {
    return "sha256:" + md5("m" + n) + md5("m" + n);
  }

  /** The id of a staged upload with pieces. */
  public static UUID staged() {
    String hex = md5("s1");
    return new UUID(
        Long.parseUnsignedLong(hex.substring(0, 16), 16),
        Long.parseUnsignedLong(hex.substring(16), 16));
  }

  private static String md5(String text) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(md5.digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Made when it is first needed. */
  private static final class Shared {
    static final Database DATABASE = create();
  }
}
