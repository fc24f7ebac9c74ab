package dev.breakwater.storage.sql.artifact;

import dev.breakwater.core.artifact.DeletedArtifact;
import dev.breakwater.core.artifact.DeletedRepositorySummary;
import dev.breakwater.core.artifact.HistoryRepository;
import dev.breakwater.core.artifact.TagChange;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import dev.breakwater.storage.sql.quota.ProjectContent;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Changes of tags and deleted artifacts as rows. */
public final class PgHistoryRepository implements HistoryRepository {
  static final String CHANGES =
      """
      SELECT id, repository_id, name, old_digest, new_digest, username, changed_at
      FROM tag_change\
      """;

  static final ListColumns CHANGE_COLUMNS =
      ListColumns.orderedBy("id DESC", "id")
          .number("id", "id")
          .text("tag", "name")
          .text("username", "username")
          .time("change_time", "changed_at");

  static final String DELETED =
      """
      SELECT id, digest, type, total_size, tags, deleted_by, deleted_at, restorable_until
      FROM deleted_manifest\
      """;

  static final ListColumns DELETED_COLUMNS =
      ListColumns.orderedBy("deleted_at DESC, id DESC", "id")
          .number("id", "id")
          .text("digest", "digest")
          .text("type", "type")
          .time("deletion_time", "deleted_at");

  /** What the manifests name is still linked: garbage collection keeps it until then. */
  static final String RESTORE =
      """
      WITH doomed AS (
        SELECT * FROM deleted_manifest
        WHERE deletion = $3 AND repository_id = $1 AND restorable_until > now()
        ORDER BY id
        FOR UPDATE),
      revived AS (
        UPDATE repository SET deleted_at = NULL, deleted_by = NULL, deletion = NULL
        WHERE id = $1 AND deleted_at IS NOT NULL AND EXISTS (SELECT FROM doomed)),
      named AS (
        SELECT reference.* FROM deleted_reference AS reference
        WHERE reference.manifest_id IN (SELECT id FROM doomed)),
      needed AS (
        SELECT DISTINCT blob.digest, blob.size
        FROM named
        JOIN blob ON blob.digest = named.digest
        JOIN repository_blob AS link ON link.repository_id = $1 AND link.blob_id = blob.id),
      back AS (
        INSERT INTO manifest
          (id, repository_id, project_id, digest, media_type, artifact_type, subject_digest,
           annotations, size, bytes, pushed_at, type, config_media_type, total_size,
           extra_attributes, pulled_at, expires_at, expires_by_rule, icon, accessory_of,
           accessory_type)
        SELECT id, repository_id, project_id, digest, media_type, artifact_type, subject_digest,
           annotations, size, bytes, pushed_at, type, config_media_type, total_size,
           extra_attributes, pulled_at, CASE WHEN expires_at > now() THEN expires_at END,
           expires_by_rule AND coalesce(expires_at > now(), false), icon, accessory_of,
           accessory_type
        FROM doomed
        ON CONFLICT (repository_id, digest) DO NOTHING
        RETURNING id, digest),
      here AS (
        SELECT id, digest FROM back
        UNION ALL
        SELECT manifest.id, manifest.digest
        FROM doomed JOIN manifest
          ON manifest.repository_id = doomed.repository_id AND manifest.digest = doomed.digest),
      references_back AS (
        INSERT INTO manifest_reference (manifest_id, repository_id, project_id, kind, digest)
        SELECT back.id, named.repository_id, $2, named.kind, named.digest
        FROM back JOIN named ON named.manifest_id = back.id
        ON CONFLICT DO NOTHING),
      labelled AS (
        INSERT INTO artifact_label (manifest_id, label_id)
        SELECT back.id, label.id
        FROM back
        JOIN doomed ON doomed.id = back.id
        CROSS JOIN unnest(doomed.labels) AS kept (label_id)
        JOIN label ON label.id = kept.label_id
        ON CONFLICT DO NOTHING),
      tagged AS (
        INSERT INTO tag (repository_id, name, manifest_id)
        SELECT doomed.repository_id, name, here.id
        FROM doomed
        JOIN here ON here.digest = doomed.digest
        CROSS JOIN unnest(doomed.tags) AS name
        ORDER BY name, doomed.deleted_at DESC
        ON CONFLICT (repository_id, name) DO NOTHING
        RETURNING name, manifest_id),
      history AS (
        INSERT INTO tag_change (repository_id, name, new_digest, username)
        SELECT $1, tagged.name, here.digest, $4
        FROM tagged JOIN here ON here.id = tagged.manifest_id),
      gone AS (DELETE FROM deleted_manifest WHERE id IN (SELECT id FROM doomed)),
      content (digest, size) AS (
        SELECT digest, size FROM needed
        UNION
        SELECT digest, size::bigint FROM doomed),
      """
          + ProjectContent.added("$2", "$5")
          + """
          SELECT account.*,
            ARRAY (SELECT digest FROM doomed) AS digests,
            ARRAY (SELECT name FROM tagged) AS names,
            ARRAY (
              SELECT id FROM here
              UNION
              SELECT child.id FROM manifest AS child
              WHERE child.repository_id = $1
                AND child.digest IN (SELECT digest FROM named WHERE kind = 'c')) AS unsettled
          FROM account WHERE EXISTS (SELECT FROM doomed)
          """;

  static final String DELETION =
      """
      SELECT deletion FROM deleted_manifest
      WHERE repository_id = $1 AND digest = $2 AND restorable_until > now()
      ORDER BY deleted_at DESC LIMIT 1
      """;

  /** Those of which what went with them can still be brought back. */
  private static final String FROM_DELETED =
      """
       FROM repository
      JOIN LATERAL (
        SELECT count(*) AS artifacts, min(restorable_until) AS restorable_until
        FROM deleted_manifest
        WHERE deleted_manifest.deletion = repository.deletion
          AND deleted_manifest.restorable_until > now()) AS kept ON kept.artifacts > 0\
      """;

  static final String DELETED_REPOSITORIES =
      """
      SELECT repository.id, repository.name, repository.deletion, repository.deleted_by,
             repository.deleted_at, kept.artifacts, kept.restorable_until\
      """
          + FROM_DELETED;
  static final String COUNT_DELETED_REPOSITORIES = "SELECT count(*) AS n" + FROM_DELETED;
  static final ListColumns DELETED_REPOSITORY_COLUMNS =
      ListColumns.orderedBy("repository.deleted_at DESC, repository.id DESC", "repository.id")
          .number("id", "repository.id")
          .text("name", "repository.name")
          .time("deletion_time", "repository.deleted_at");

  private final Database database;

  public PgHistoryRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Slice<TagChange>> changes(long repositoryId, ListRequest request) {
    return CHANGE_COLUMNS.slice(
        database,
        CHANGES,
        "SELECT count(*) AS n FROM tag_change",
        new Conditions().and("repository_id = ?", repositoryId),
        request,
        PgHistoryRepository::change);
  }

  @Override
  public Mono<TagChange> find(long repositoryId, long id) {
    return database.one(
        CHANGES + " WHERE repository_id = $1 AND id = $2",
        PgHistoryRepository::change,
        repositoryId,
        id);
  }

  @Override
  public Mono<Slice<DeletedArtifact>> deleted(long repositoryId, ListRequest request) {
    return DELETED_COLUMNS.slice(
        database,
        DELETED,
        "SELECT count(*) AS n FROM deleted_manifest",
        new Conditions().and("repository_id = ?", repositoryId).and("restorable_until > now()"),
        request,
        PgHistoryRepository::deletedArtifact);
  }

  @Override
  public Mono<Accounted<Restored>> restore(
      Tx tx, long repositoryId, long projectId, UUID deletion, String username, UUID promise) {
    return database
        .in(tx)
        .one(
            RESTORE,
            row -> ProjectContent.account(row, restored(row)),
            repositoryId,
            projectId,
            deletion,
            username,
            promise);
  }

  @Override
  public Mono<UUID> deletionOf(long repositoryId, Digest digest) {
    return database.one(
        DELETION, row -> Rows.get(row, "deletion", UUID.class), repositoryId, digest.toString());
  }

  @Override
  public Mono<Slice<DeletedRepositorySummary>> deletedRepositories(
      long projectId, ListRequest request) {
    return DELETED_REPOSITORY_COLUMNS.slice(
        database,
        DELETED_REPOSITORIES,
        COUNT_DELETED_REPOSITORIES,
        deletedOf(projectId),
        request,
        PgHistoryRepository::deletedRepository);
  }

  static Conditions deletedOf(long projectId) {
    return new Conditions()
        .and("repository.project_id = ?", projectId)
        .and("repository.deleted_at IS NOT NULL");
  }

  @Override
  public Mono<DeletedRepositorySummary> findDeleted(RepositoryName name) {
    return database.one(
        DELETED_REPOSITORIES + " WHERE repository.name = $1 AND repository.deleted_at IS NOT NULL",
        PgHistoryRepository::deletedRepository,
        name.value());
  }

  private static Restored restored(Readable row) {
    return new Restored(
        Stream.of(Rows.get(row, "digests", String[].class)).map(Digest::parse).toList(),
        Stream.of(Rows.get(row, "names", String[].class)).map(Tag::parse).toList(),
        Set.of(Rows.get(row, "unsettled", Long[].class)));
  }

  private static TagChange change(Readable row) {
    return new TagChange(
        Rows.number(row, "id"),
        Rows.number(row, "repository_id"),
        Tag.parse(Rows.text(row, "name")),
        Rows.find(row, "old_digest", String.class).map(Digest::parse),
        Rows.find(row, "new_digest", String.class).map(Digest::parse),
        Rows.text(row, "username"),
        Rows.instant(row, "changed_at"));
  }

  private static DeletedArtifact deletedArtifact(Readable row) {
    return new DeletedArtifact(
        Rows.number(row, "id"),
        Rows.text(row, "digest"),
        Rows.text(row, "type"),
        Rows.number(row, "total_size"),
        List.of(Rows.get(row, "tags", String[].class)),
        Rows.text(row, "deleted_by"),
        Rows.instant(row, "deleted_at"),
        Rows.instant(row, "restorable_until"));
  }

  private static DeletedRepositorySummary deletedRepository(Readable row) {
    return new DeletedRepositorySummary(
        Rows.number(row, "id"),
        Rows.text(row, "name"),
        Rows.get(row, "deletion", UUID.class),
        Rows.number(row, "artifacts"),
        Rows.text(row, "deleted_by"),
        Rows.instant(row, "deleted_at"),
        Rows.instant(row, "restorable_until"));
  }
}
