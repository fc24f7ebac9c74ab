package dev.breakwater.storage.sql.artifact;

import dev.breakwater.core.artifact.ArtifactCopies;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.quota.ProjectContent;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Copies artifacts in one statement, however many there are. */
public final class PgArtifactCopies implements ArtifactCopies {
  private static final String WANTED =
      """
      WITH RECURSIVE wanted (id, repository_id, digest) AS (
        SELECT id, repository_id, digest FROM manifest WHERE id = $1
        UNION
        SELECT further.id, further.repository_id, further.digest
        FROM wanted CROSS JOIN LATERAL (
          SELECT accessory.id, accessory.repository_id, accessory.digest
          FROM manifest AS accessory
          WHERE accessory.repository_id = wanted.repository_id
            AND accessory.accessory_of = wanted.digest
          UNION ALL
          SELECT child.id, child.repository_id, child.digest
          FROM manifest_reference AS named
          JOIN manifest AS child
            ON child.repository_id = wanted.repository_id AND child.digest = named.digest
          WHERE named.manifest_id = wanted.id AND named.kind = 'c') AS further)
      """;
  static final String LOCK =
      WANTED
          + """
          SELECT id FROM manifest WHERE id IN (SELECT id FROM wanted) ORDER BY id FOR KEY SHARE
          """;
  static final String TAGS =
      WANTED
          + """
          SELECT manifest.digest, tag.name, manifest.accessory_of IS NOT NULL AS of_accessory
          FROM wanted
          JOIN manifest ON manifest.id = wanted.id
          JOIN tag ON tag.manifest_id = wanted.id
          ORDER BY manifest.id, tag.name
          """;
  static final String COPY_LABELS =
      """
      INSERT INTO artifact_label (manifest_id, label_id)
      SELECT copy.id, label.id
      FROM manifest AS original
      JOIN artifact_label ON artifact_label.manifest_id = original.id
      JOIN label ON label.id = artifact_label.label_id
        AND (label.project_id IS NULL OR label.project_id = $3)
      JOIN manifest AS copy ON copy.repository_id = $2 AND copy.digest = original.digest
      WHERE original.id = ANY ($1)
      ON CONFLICT DO NOTHING
      """;

  /**
   * The blobs' rows are share-locked as by a mount. What is named becomes a child in the target,
   * too; tags are set afterwards.
   */
  static final String COPY =
      """
      WITH source AS (SELECT * FROM manifest WHERE id = ANY ($1)),
      named AS (SELECT * FROM manifest_reference WHERE manifest_id = ANY ($1)),
      known_repository AS (SELECT id FROM repository WHERE name = $2),
      new_repository AS (
        INSERT INTO repository (name, project_id)
        SELECT $2, $3 WHERE NOT EXISTS (SELECT FROM known_repository)
        ON CONFLICT (name) DO UPDATE SET updated_at = repository.updated_at
        RETURNING id),
      home AS (SELECT id FROM known_repository UNION ALL SELECT id FROM new_repository),
      revived AS (
        UPDATE repository
        SET deleted_at = NULL, deleted_by = NULL, deletion = NULL, description = '', pull_count = 0
        FROM home
        WHERE repository.id = home.id AND repository.deleted_at IS NOT NULL),
      needed AS (
        SELECT blob.id, blob.digest, blob.size
        FROM blob
        WHERE digest IN (SELECT digest FROM named)
          AND EXISTS (
            SELECT FROM repository_blob AS link
            WHERE link.blob_id = blob.id
              AND link.repository_id = (SELECT repository_id FROM source LIMIT 1))
        ORDER BY blob.id
        FOR KEY SHARE),
      linked AS (
        INSERT INTO repository_blob (repository_id, blob_id, leased_until, review_at)
        SELECT home.id, needed.id, $4, $4 FROM home, needed ORDER BY needed.id
        ON CONFLICT (repository_id, blob_id)
        DO UPDATE SET
          leased_until = greatest(repository_blob.leased_until, excluded.leased_until)),
      copied AS (
        INSERT INTO manifest
          (repository_id, project_id, digest, media_type, artifact_type, subject_digest, annotations,
           size, bytes, type, config_media_type, extra_attributes, accessory_of, accessory_type,
           expires_at, icon, total_size, child)
        SELECT home.id, $3, digest, media_type, artifact_type, subject_digest, annotations,
           size, bytes, type, config_media_type, extra_attributes, accessory_of, accessory_type,
           CASE WHEN NOT expires_by_rule THEN expires_at END, icon, total_size,
           digest IN (SELECT digest FROM named WHERE kind = 'c') OR EXISTS (
             SELECT FROM manifest_reference AS parent
             WHERE parent.project_id = $3 AND parent.digest = source.digest
               AND parent.repository_id = home.id AND parent.kind = 'c')
        FROM home, source
        ORDER BY digest
        ON CONFLICT (repository_id, digest) DO NOTHING
        RETURNING id, digest),
      references_copied AS (
        INSERT INTO manifest_reference (manifest_id, repository_id, project_id, kind, digest)
        SELECT copied.id, home.id, $3, named.kind, named.digest
        FROM home, copied
        JOIN source ON source.digest = copied.digest
        JOIN named ON named.manifest_id = source.id
        ON CONFLICT DO NOTHING),
      content (digest, size) AS (
        SELECT digest, size FROM needed
        UNION
        SELECT digest, size::bigint FROM source),
      """
          + ProjectContent.added("$3", "$5")
          + "SELECT account.*, home.id AS home_id FROM account, home";

  private final Database database;

  public PgArtifactCopies(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Set<Long>> lock(Tx tx, long artifactId) {
    return database.in(tx).many(LOCK, row -> Rows.number(row, "id"), artifactId).map(Set::copyOf);
  }

  @Override
  public Mono<List<OwnTag>> tagsOf(long artifactId) {
    return database.many(
        TAGS,
        row ->
            new OwnTag(
                Digest.parse(Rows.text(row, "digest")),
                Tag.parse(Rows.text(row, "name")),
                Rows.flag(row, "of_accessory")),
        artifactId);
  }

  @Override
  public Mono<Void> copyLabels(Tx tx, Set<Long> originalIds, long repositoryId, long projectId) {
    return database
        .in(tx)
        .update(COPY_LABELS, originalIds.toArray(Long[]::new), repositoryId, projectId)
        .then();
  }

  @Override
  public Mono<Accounted<Long>> copy(
      Tx tx,
      Set<Long> lockedIds,
      RepositoryName target,
      long targetProjectId,
      Instant leasedUntil,
      UUID promise) {
    return database
        .in(tx)
        .one(
            COPY,
            row -> ProjectContent.account(row, Rows.number(row, "home_id")),
            lockedIds.toArray(Long[]::new),
            target.value(),
            targetProjectId,
            Rows.timestamp(leasedUntil),
            promise);
  }
}
