package dev.breakwater.storage.sql.manifest;

import dev.breakwater.core.audit.AuditRepository;
import dev.breakwater.core.manifest.ManifestDocument;
import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.manifest.TagMove;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.quota.ProjectContent;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Writes manifests, what they name, and the tags that point to them. */
public final class PgManifestPushes implements ManifestPushes {
  /** In the order of the keys, so that two pushes of several tags do not wait for each other. */
  static final String LOCK =
      """
      SELECT count(pg_advisory_xact_lock(key)) AS n FROM (
        SELECT hashtextextended($1 || ':' || name, 0) AS key
        FROM unnest($2::text[]) AS name ORDER BY key) AS keys
      """;

  /**
   * Of the blobs $5 none is linked no longer, and of none the file was lost. What a manifest names
   * that is there stays linked.
   */
  private static final String NONE_MISSING =
      """
      NOT EXISTS (
          SELECT FROM unnest($5::text[]) AS named (digest)
          WHERE NOT EXISTS (
            SELECT FROM blob JOIN repository_blob AS link ON link.blob_id = blob.id
            WHERE blob.digest = named.digest AND blob.lost_at IS NULL
              AND link.repository_id = repository.id))\
      """;

  /**
   * $4 the tags, $5 the blobs that must be here; what has children or ends soon is not asked for.
   */
  static final String STORED =
      """
      SELECT true AS stored
      FROM repository
      JOIN manifest ON manifest.repository_id = repository.id AND manifest.digest = $3
      WHERE repository.name = $1 AND repository.project_id = $2 AND repository.deleted_at IS NULL
        AND manifest.tagged
        AND (
          SELECT count(*) FROM tag
          WHERE tag.repository_id = repository.id AND tag.name = ANY ($4::text[])
            AND tag.manifest_id = manifest.id) = cardinality($4::text[])
        AND NONE_MISSING
      """
          .replace("NONE_MISSING", NONE_MISSING);

  /**
   * $4 the tags. The manifest is share-locked: whoever takes its last tag away, or itself, waits
   * for us, or we for that and find nothing. About the tags see {@link StoreStatement#ALONE}.
   */
  static final String TAG_ALONE =
      """
      WITH place AS MATERIALIZED (
        SELECT repository.id AS repository_id, manifest.id AS manifest_id
        FROM repository
        JOIN manifest ON manifest.repository_id = repository.id AND manifest.digest = $3
        WHERE repository.name = $1 AND repository.project_id = $2 AND repository.deleted_at IS NULL
          AND manifest.tagged AND manifest.accessory_of IS NULL
          AND NOT EXISTS (
            SELECT FROM tag WHERE tag.repository_id = repository.id AND tag.name = ANY ($4::text[]))
          AND NONE_MISSING
          AND cardinality($4::text[]) = (
            SELECT count(*) FROM unnest($4::text[]) AS wish (name)
            WHERE pg_try_advisory_xact_lock(hashtextextended($1 || ':' || name, 0)))
        FOR SHARE OF manifest),
      tagged AS (
        INSERT INTO tag (repository_id, name, manifest_id)
        SELECT place.repository_id, names.name, place.manifest_id
        FROM place,
          (SELECT DISTINCT name COLLATE "C" AS name FROM unnest($4::text[]) AS name) AS names
        ORDER BY names.name
        ON CONFLICT (repository_id, name) DO NOTHING
        RETURNING repository_id, name),
      history AS (
        INSERT INTO tag_change (repository_id, name, new_digest, username)
        SELECT repository_id, name, $3, $6 FROM tagged),
      """
              .replace("NONE_MISSING", NONE_MISSING)
          + PgAuditRepository.recorded(7, "EXISTS (SELECT FROM tagged)")
          + """
          SELECT require_tags(
              (SELECT count(*) FROM tagged),
              (SELECT count(DISTINCT name) FROM unnest($4::text[]) AS name)) AS tagged
          FROM place
          """;

  static final String TAG =
      """
      WITH old AS (
        SELECT tag.manifest_id, manifest.digest
        FROM tag JOIN manifest ON manifest.id = tag.manifest_id
        WHERE tag.repository_id = $1 AND tag.name = $3),
      tagged AS (
        INSERT INTO tag (repository_id, name, manifest_id)
        SELECT repository_id, $3, id FROM manifest WHERE repository_id = $1 AND digest = $2
        ON CONFLICT (repository_id, name)
        DO UPDATE SET manifest_id = excluded.manifest_id, updated_at = now(), pulled_at = NULL
        WHERE tag.manifest_id <> excluded.manifest_id
        RETURNING manifest_id),
      history AS (
        INSERT INTO tag_change (repository_id, name, old_digest, new_digest, username)
        SELECT $1, $3, (SELECT digest FROM old), manifest.digest, $4
        FROM tagged JOIN manifest ON manifest.id = tagged.manifest_id)
      SELECT (SELECT manifest_id FROM tagged) AS new_manifest,
        (SELECT digest FROM old) AS old_digest, (SELECT manifest_id FROM old) AS old_manifest
      WHERE EXISTS (SELECT FROM manifest WHERE repository_id = $1 AND digest = $2)
      """;

  static final String RENEW_EXPIRY =
      """
      UPDATE manifest SET expires_at = $3, expires_by_rule = true
      FROM repository
      WHERE repository.name = $1 AND manifest.repository_id = repository.id
        AND manifest.digest = $2 AND (manifest.expires_by_rule OR manifest.expires_at IS NULL)
        AND manifest.accessory_of IS NULL
      """;

  /** In the order of their numbers; the next statement sees what was waited for. */
  static final String SETTLE_LOCK =
      "SELECT id FROM manifest WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE";

  static final String SETTLE =
      """
      UPDATE manifest SET
        tagged = EXISTS (SELECT FROM tag WHERE tag.manifest_id = manifest.id),
        child = EXISTS (
          SELECT FROM manifest_reference AS parent
          WHERE parent.project_id = manifest.project_id AND parent.digest = manifest.digest
            AND parent.repository_id = manifest.repository_id AND parent.kind = 'c')
      WHERE id = ANY ($1)
      """;

  /** Of {@code require_tags}. */
  private static final String TAG_MADE = "23B02";

  private final Database database;

  public PgManifestPushes(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Void> lock(Tx tx, RepositoryName repository, Collection<Tag> tags) {
    return tags.isEmpty()
        ? Mono.empty()
        : database
            .in(tx)
            .one(LOCK, row -> Rows.number(row, "n"), repository.value(), StoreStatement.names(tags))
            .then();
  }

  @Override
  public Mono<Accounted<Outcome>> store(Tx tx, NewManifest manifest, UUID promise) {
    return Mono.defer(() ->
        database
            .in(tx)
            .one(
                StoreStatement.SQL,
                row -> ProjectContent.account(row, StoreStatement.outcome(row, manifest)),
                StoreStatement.parameters(manifest, promise)));
  }

  @Override
  public Mono<Boolean> isStored(
      long projectId,
      RepositoryName repository,
      Digest digest,
      ManifestDocument document,
      List<Tag> tags) {
    return document.children().isEmpty()
        ? database
            .one(
                STORED,
                row -> Rows.flag(row, "stored"),
                repository.value(),
                projectId,
                digest.toString(),
                StoreStatement.names(tags),
                StoreStatement.required(document.blobs()))
            .defaultIfEmpty(false)
        : Mono.just(false);
  }

  @Override
  public Mono<Outcome> storeAlone(
      NewManifest manifest, UUID promise, AuditRepository.Judged event, Instant now) {
    return Mono.defer(() ->
            database.one(
                StoreStatement.ALONE,
                row -> StoreStatement.outcomeAlone(row, manifest),
                Stream.of(
                        StoreStatement.parameters(manifest, promise),
                        PgAuditRepository.values(event, now))
                    .flatMap(Stream::of)
                    .toArray()))
        .flatMap(Mono::justOrEmpty)
        .onErrorResume(PgManifestPushes::isTagMade, _ -> Mono.empty())
        .onErrorMap(ProjectContent::roomNeeded);
  }

  @Override
  public Mono<Outcome> tagAlone(NewManifest manifest, AuditRepository.Judged event, Instant now) {
    return Mono.defer(() ->
            database.one(
                TAG_ALONE,
                row -> Rows.flag(row, "tagged"),
                Stream.of(
                        new Object[] {
                          manifest.repository().value(),
                          manifest.projectId(),
                          manifest.manifest().digest().toString(),
                          StoreStatement.names(manifest.tags()),
                          StoreStatement.required(manifest.document().blobs()),
                          manifest.username()
                        },
                        PgAuditRepository.values(event, now))
                    .flatMap(Stream::of)
                    .toArray()))
        .map(_ -> StoreStatement.newTags(manifest, false, List.of()))
        .onErrorResume(PgManifestPushes::isTagMade, _ -> Mono.empty());
  }

  private static boolean isTagMade(Throwable error) {
    return error instanceof PostgresqlException known
        && known.getErrorDetails().getCode().equals(TAG_MADE);
  }

  @Override
  public Mono<TagMove> tag(Tx tx, long repositoryId, Digest digest, Tag tag, String username) {
    return database
        .in(tx)
        .one(TAG, Tagged::of, repositoryId, digest.toString(), tag.value(), username)
        .flatMap(tagged ->
            settle(tx, tagged.unsettled()).thenReturn(new TagMove(tag, tagged.oldDigest())));
  }

  @Override
  public Mono<Void> renewExpiry(Tx tx, RepositoryName repository, Digest digest, Instant end) {
    return database
        .in(tx)
        .update(RENEW_EXPIRY, repository.value(), digest.toString(), Rows.timestamp(end))
        .then();
  }

  @Override
  public Mono<Void> settle(Tx tx, Set<Long> manifestIds) {
    return manifestIds.isEmpty()
        ? Mono.empty()
        : settle(tx, (Object) manifestIds.toArray(Long[]::new));
  }

  private Mono<Void> settle(Tx tx, Object ids) {
    return database
        .in(tx)
        .many(SETTLE_LOCK, row -> Rows.number(row, "id"), ids)
        .then(Mono.defer(() -> database.in(tx).update(SETTLE, ids)))
        .then();
  }

  private record Tagged(
      Optional<Long> newManifest, Optional<Digest> oldDigest, Optional<Long> oldManifest) {
    static Tagged of(Readable row) {
      return new Tagged(
          Rows.find(row, "new_manifest", Long.class),
          Rows.find(row, "old_digest", String.class).map(Digest::parse),
          Rows.find(row, "old_manifest", Long.class));
    }

    /** Nothing moved if there is no new one. */
    Set<Long> unsettled() {
      Set<Long> ids = new HashSet<>();
      newManifest.ifPresent(ids::add);
      newManifest.flatMap(_ -> oldManifest).ifPresent(ids::add);
      return ids;
    }
  }
}
