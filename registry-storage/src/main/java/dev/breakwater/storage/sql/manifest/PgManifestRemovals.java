package dev.breakwater.storage.sql.manifest;

import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.manifest.ManifestRemovals;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.quota.ProjectContent;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Takes manifests and tags away; those that can be brought back move to {@code deleted_manifest}.
 */
public final class PgManifestRemovals implements ManifestRemovals {
  static final String LOCATE =
      """
      SELECT manifest.id, manifest.repository_id, manifest.project_id
      FROM repository JOIN manifest ON manifest.repository_id = repository.id
      WHERE repository.name = $1 AND manifest.digest = $2
      """;

  static final String LOCK =
      """
      WITH RECURSIVE doomed (id, digest) AS (
        SELECT id, digest FROM manifest WHERE repository_id = $1 AND id = ANY ($2)
        UNION
        SELECT further.id, further.digest
        FROM doomed CROSS JOIN LATERAL (
          SELECT accessory.id, accessory.digest
          FROM manifest AS accessory
          WHERE accessory.repository_id = $1 AND accessory.accessory_of = doomed.digest
          UNION ALL
          SELECT child.id, child.digest
          FROM manifest_reference AS named
          JOIN manifest AS child
            ON child.repository_id = $1 AND child.digest = named.digest AND NOT child.tagged
          WHERE named.manifest_id = doomed.id AND named.kind = 'c'
            AND NOT EXISTS (
              SELECT FROM manifest_reference AS other
              WHERE other.project_id = child.project_id AND other.digest = child.digest
                AND other.repository_id = $1 AND other.kind = 'c'
                AND other.manifest_id <> doomed.id)) AS further)
      SELECT id FROM manifest WHERE id IN (SELECT id FROM doomed) ORDER BY id FOR UPDATE
      """;

  static final String INSPECT =
      """
      SELECT manifest.id, manifest.digest, manifest.pushed_at,
        ARRAY (SELECT name FROM tag WHERE manifest_id = manifest.id ORDER BY name) AS tags,
        EXISTS (
          SELECT FROM manifest_reference AS parent
          WHERE parent.project_id = manifest.project_id AND parent.digest = manifest.digest
            AND parent.repository_id = $1 AND parent.kind = 'c'
            AND parent.manifest_id <> ALL ($2)) AS named
      FROM manifest WHERE id = ANY ($2) ORDER BY id
      """;

  /** The digests of manifests that are locked, and those that they name. */
  private static final String NAMED =
      """
      named AS MATERIALIZED (
        SELECT digest FROM manifest WHERE id = ANY ($2)
        UNION
        SELECT digest FROM manifest_reference WHERE manifest_id = ANY ($2))\
      """;

  /** See {@link ProjectContent}. */
  static final String LOCK_CONTENT =
      "WITH "
          + NAMED
          + """

          SELECT count(*) AS n
          FROM (SELECT digest FROM named ORDER BY digest) AS named
          CROSS JOIN LATERAL (
            SELECT FROM project_content AS content
            WHERE content.project_id = $1 AND content.digest = named.digest
            FOR UPDATE) AS locked
          """;

  static final String CHILDREN =
      """
      SELECT child.id
      FROM manifest_reference AS named
      JOIN manifest AS child
        ON child.repository_id = named.repository_id AND child.digest = named.digest
      WHERE named.manifest_id = ANY ($1) AND named.kind = 'c' AND child.id <> ALL ($1)
      """;

  /**
   * Blobs that no other manifest of the repository names are given up, and looked at by GC; what
   * nothing of the project needs any more counts no longer: its content is locked. One look at each
   * serves both. Tags and references go by their foreign keys. The planner takes a project or a
   * repository that was just filled for an empty one, and would read all of it for each digest:
   * {@code OFFSET 0} and arrays leave it no way but the index of the digest.
   */
  static final String REMOVE =
      """
      WITH NAMED,
      gone AS (SELECT * FROM manifest WHERE id = ANY ($2)),
      kept AS (
        INSERT INTO deleted_manifest
          (id, repository_id, project_id, digest, media_type, artifact_type, subject_digest,
           annotations, size, bytes, pushed_at, type, config_media_type, total_size,
           extra_attributes, pulled_at, expires_at, expires_by_rule, icon, accessory_of,
           accessory_type, tags, labels, deletion, deleted_by, restorable_until)
        SELECT id, repository_id, project_id, digest, media_type, artifact_type, subject_digest,
           annotations, size, bytes, pushed_at, type, config_media_type, total_size,
           extra_attributes, pulled_at, expires_at, expires_by_rule, icon, accessory_of,
           accessory_type,
           ARRAY (SELECT name FROM tag WHERE tag.manifest_id = gone.id ORDER BY name),
           ARRAY (SELECT label_id FROM artifact_label WHERE manifest_id = gone.id ORDER BY label_id),
           $4, $3, $5
        FROM gone WHERE $5 IS NOT NULL),
      kept_references AS (
        INSERT INTO deleted_reference (manifest_id, repository_id, kind, digest)
        SELECT manifest_id, repository_id, kind, digest FROM manifest_reference
        WHERE manifest_id = ANY ($2) AND $5 IS NOT NULL),
      history AS (
        INSERT INTO tag_change (repository_id, name, old_digest, username)
        SELECT $1, tag.name, gone.digest, $3
        FROM gone JOIN tag ON tag.manifest_id = gone.id),
      looked AS MATERIALIZED (
        SELECT named.digest, EXISTS (
          SELECT FROM manifest_reference AS other
          WHERE other.project_id = $6 AND other.digest = named.digest
            AND other.manifest_id <> ALL ($2) OFFSET 0) AS in_project
        FROM named),
      freed AS MATERIALIZED (
        SELECT looked.digest, looked.in_project, blob.id AS blob_id
        FROM looked
        LEFT JOIN blob ON blob.digest = looked.digest
        WHERE NOT (looked.in_project AND EXISTS (
          SELECT FROM manifest_reference AS other
          WHERE other.project_id = $6 AND other.digest = looked.digest
            AND other.repository_id = $1 AND other.manifest_id <> ALL ($2) OFFSET 0))),
      given_up AS (
        UPDATE repository_blob SET given_up = true, review_at = now()
        WHERE repository_id = $1 AND blob_id = ANY (ARRAY (SELECT blob_id FROM freed))),
      unneeded AS MATERIALIZED (
        SELECT freed.digest FROM freed
        WHERE NOT freed.in_project
          AND NOT EXISTS (
            SELECT FROM manifest AS other
            WHERE other.project_id = $6 AND other.digest = freed.digest
              AND other.id <> ALL ($2) OFFSET 0)
          AND NOT EXISTS (
            SELECT FROM repository_blob AS link
            WHERE link.blob_id = freed.blob_id AND link.repository_id <> $1
              AND NOT link.given_up
              AND $6 = (SELECT project_id FROM repository WHERE id = link.repository_id) OFFSET 0)),
      removed AS (
        DELETE FROM project_content
        WHERE project_id = $6 AND digest = ANY (ARRAY (SELECT digest FROM unneeded))
        RETURNING size),
      uncounted AS (
        INSERT INTO project_usage_change (project_id, bytes)
        SELECT $6, -sum(size)::bigint FROM removed HAVING sum(size) > 0)
      DELETE FROM manifest WHERE id = ANY ($2)
      """
          .replace("NAMED", NAMED);

  static final String TAGS =
      """
      SELECT name FROM tag WHERE repository_id = $1 AND name > $2 ORDER BY name LIMIT $3
      """;

  static final String REMOVE_TAG =
      """
      WITH old AS (
        SELECT tag.repository_id, tag.name, manifest.id, manifest.digest
        FROM repository
        JOIN tag ON tag.repository_id = repository.id
        JOIN manifest ON manifest.id = tag.manifest_id
        WHERE repository.name = $1 AND tag.name = $2),
      gone AS (
        DELETE FROM tag USING old
        WHERE tag.repository_id = old.repository_id AND tag.name = old.name),
      history AS (
        INSERT INTO tag_change (repository_id, name, old_digest, username)
        SELECT repository_id, name, digest, $3 FROM old)
      SELECT id, digest FROM old
      """;

  private final Database database;
  private final ManifestPushes pushes;

  public PgManifestRemovals(Database database, ManifestPushes pushes) {
    this.database = database;
    this.pushes = pushes;
  }

  @Override
  public Mono<Located> locate(Tx tx, RepositoryName repository, Digest digest) {
    return database
        .in(tx)
        .one(
            LOCATE,
            row ->
                new Located(
                    Rows.number(row, "id"),
                    Rows.number(row, "repository_id"),
                    Rows.number(row, "project_id")),
            repository.value(),
            digest.toString());
  }

  @Override
  public Mono<Set<Long>> lock(Tx tx, long repositoryId, Collection<Long> manifestIds) {
    return database
        .in(tx)
        .many(LOCK, row -> Rows.number(row, "id"), repositoryId, numbers(manifestIds))
        .map(Set::copyOf);
  }

  @Override
  public Mono<List<Doomed>> inspect(Tx tx, long repositoryId, Set<Long> lockedIds) {
    return database
        .in(tx)
        .many(INSPECT, PgManifestRemovals::doomed, repositoryId, numbers(lockedIds));
  }

  @Override
  public Mono<Void> remove(
      Tx tx,
      Located repository,
      Set<Long> lockedIds,
      String username,
      UUID deletion,
      Optional<Instant> restorableUntil) {
    Statements statements = database.in(tx);
    Long[] ids = numbers(lockedIds);
    return statements
        .many(CHILDREN, row -> Rows.number(row, "id"), (Object) ids)
        .delayUntil(_ ->
            statements.one(LOCK_CONTENT, row -> Rows.number(row, "n"), repository.projectId(), ids))
        .delayUntil(_ ->
            statements.update(
                REMOVE,
                repository.repositoryId(),
                ids,
                username,
                deletion,
                Database.nullable(
                    restorableUntil.map(Rows::timestamp).orElse(null), OffsetDateTime.class),
                repository.projectId()))
        .flatMap(children -> pushes.settle(tx, new HashSet<>(children)));
  }

  @Override
  public Mono<List<Tag>> tags(long repositoryId, String after, int limit) {
    return database.many(
        TAGS, row -> Tag.parse(Rows.text(row, "name")), repositoryId, after, limit);
  }

  @Override
  public Mono<Digest> removeTag(Tx tx, RepositoryName repository, Tag tag, String username) {
    return database
        .in(tx)
        .one(REMOVE_TAG, Untagged::of, repository.value(), tag.value(), username)
        .flatMap(
            untagged -> pushes.settle(tx, Set.of(untagged.id())).thenReturn(untagged.digest()));
  }

  private static Long[] numbers(Collection<Long> ids) {
    return ids.toArray(Long[]::new);
  }

  private static Doomed doomed(Readable row) {
    return new Doomed(
        Rows.number(row, "id"),
        Digest.parse(Rows.text(row, "digest")),
        Rows.instant(row, "pushed_at"),
        Stream.of(Rows.get(row, "tags", String[].class)).map(Tag::parse).toList(),
        Rows.flag(row, "named"));
  }

  private record Untagged(long id, Digest digest) {
    static Untagged of(Readable row) {
      return new Untagged(Rows.number(row, "id"), Digest.parse(Rows.text(row, "digest")));
    }
  }
}
