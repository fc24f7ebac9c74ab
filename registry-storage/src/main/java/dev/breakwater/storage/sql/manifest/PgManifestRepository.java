package dev.breakwater.storage.sql.manifest;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.manifest.ManifestDocument;
import dev.breakwater.core.manifest.ManifestRepository;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.manifest.Referrer;
import dev.breakwater.core.manifest.StoredManifest;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.StorableText;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Manifests, what they name, and the tags that point to them, as rows. */
public final class PgManifestRepository implements ManifestRepository {
  static final String RESOLVE =
      """
      SELECT manifest.digest
      FROM repository
      JOIN tag ON tag.repository_id = repository.id
      JOIN manifest ON manifest.id = tag.manifest_id
      WHERE repository.name = $1 AND tag.name = $2
      """;
  static final String FIND =
      """
      SELECT manifest.digest, manifest.media_type, manifest.bytes
      FROM repository
      JOIN manifest ON manifest.repository_id = repository.id
      WHERE repository.name = $1 AND manifest.digest = $2
      """;

  /**
   * One statement, so one transaction in one round trip.
   *
   * <p>What the manifest names is share-locked, so that it cannot be unlinked or deleted before we
   * commit; what is unlinked at this moment is waited for and then missing. Anything missing makes
   * every later part empty. Only rows that are new are written, and of rows that are there none is
   * locked against other pushes but the tags that move: names in order, so that two pushes of
   * several tags do not wait for each other. {@code ON CONFLICT DO UPDATE} is for what a concurrent
   * push inserted after this statement began; it updates no key.
   *
   * <p>$3 are digests that must be blobs, $4 may be manifests as well.
   */
  static final String STORE =
      """
      WITH known_repository AS (SELECT id FROM repository WHERE name = $1),
      linked AS (
        SELECT blob.digest
        FROM known_repository
        JOIN blob ON blob.digest = ANY ($3::text[] || $4::text[])
        JOIN repository_blob
          ON repository_blob.repository_id = known_repository.id
          AND repository_blob.blob_id = blob.id
        FOR KEY SHARE OF repository_blob),
      children AS (
        SELECT manifest.digest
        FROM known_repository
        JOIN manifest
          ON manifest.repository_id = known_repository.id AND manifest.digest = ANY ($4::text[])
        FOR KEY SHARE OF manifest),
      missing AS (
        SELECT digest FROM unnest($3::text[]) AS named (digest)
        WHERE digest NOT IN (SELECT digest FROM linked)
        UNION
        SELECT digest FROM unnest($4::text[]) AS named (digest)
        WHERE digest NOT IN (SELECT digest FROM linked)
          AND digest NOT IN (SELECT digest FROM children)),
      new_repository AS (
        INSERT INTO repository (name, project_id)
        SELECT $1, $2
        WHERE NOT EXISTS (SELECT FROM known_repository) AND NOT EXISTS (SELECT FROM missing)
        ON CONFLICT (name) DO UPDATE SET updated_at = repository.updated_at
        RETURNING id),
      home AS (
        SELECT id FROM known_repository WHERE NOT EXISTS (SELECT FROM missing)
        UNION ALL
        SELECT id FROM new_repository),
      known_manifest AS (
        SELECT manifest.id
        FROM known_repository
        JOIN manifest ON manifest.repository_id = known_repository.id AND manifest.digest = $5
        WHERE NOT EXISTS (SELECT FROM missing)
        FOR KEY SHARE OF manifest),
      new_manifest AS (
        INSERT INTO manifest
          (repository_id, digest, media_type, artifact_type, subject_digest, annotations, size,
           bytes)
        SELECT home.id, $5, $6, $7, $8, $9, $10, $11
        FROM home
        WHERE NOT EXISTS (SELECT FROM known_manifest)
        ON CONFLICT (repository_id, digest) DO UPDATE SET size = manifest.size
        RETURNING id),
      named AS (
        INSERT INTO manifest_reference (manifest_id, repository_id, kind, digest)
        SELECT new_manifest.id, home.id, reference.kind::"char", reference.digest
        FROM home, new_manifest, unnest($12::text[], $13::text[]) AS reference (kind, digest)
        ON CONFLICT DO NOTHING),
      tagged AS (
        INSERT INTO tag (repository_id, name, manifest_id)
        SELECT home.id, names.name, stored.id
        FROM home,
          (SELECT id FROM known_manifest UNION ALL SELECT id FROM new_manifest) AS stored,
          (SELECT DISTINCT name COLLATE "C" AS name FROM unnest($14::text[]) AS name) AS names
        ORDER BY names.name
        ON CONFLICT (repository_id, name)
        DO UPDATE SET manifest_id = excluded.manifest_id, updated_at = now())
      SELECT digest FROM missing ORDER BY digest COLLATE "C"
      """;

  static final String LOCK =
      """
      SELECT manifest.id
      FROM repository
      JOIN manifest ON manifest.repository_id = repository.id
      WHERE repository.name = $1 AND manifest.digest = $2
      FOR UPDATE OF manifest
      """;

  /** After the lock, in a statement of its own: it sees the tags that were waited for. */
  static final String DELETE =
      """
      WITH untagged AS (DELETE FROM tag WHERE manifest_id = $1 RETURNING name),
      gone AS (DELETE FROM manifest WHERE id = $1)
      SELECT name FROM untagged
      """;

  static final String DELETE_TAG =
      """
      DELETE FROM tag USING repository
      WHERE repository.name = $1 AND tag.repository_id = repository.id AND tag.name = $2
      """;

  static final String REFERRERS =
      """
      SELECT manifest.digest, manifest.media_type, manifest.size, manifest.artifact_type,
             manifest.annotations
      FROM manifest
      WHERE manifest.repository_id = (SELECT id FROM repository WHERE name = $1)
        AND manifest.subject_digest = $2
        AND manifest.digest > $3
      ORDER BY manifest.digest
      LIMIT $4
      """;

  /** A statement of its own: an optional condition would be planned without its index. */
  static final String REFERRERS_OF_TYPES =
      """
      SELECT manifest.digest, manifest.media_type, manifest.size, manifest.artifact_type,
             manifest.annotations
      FROM manifest
      WHERE manifest.repository_id = (SELECT id FROM repository WHERE name = $1)
        AND manifest.subject_digest = $2
        AND manifest.digest > $3
        AND manifest.artifact_type = ANY ($5::text[])
      ORDER BY manifest.digest
      LIMIT $4
      """;

  private final Database database;

  public PgManifestRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Digest> resolve(RepositoryName repository, Tag tag) {
    return database.one(
        RESOLVE, row -> Digest.parse(Rows.text(row, "digest")), repository.value(), tag.value());
  }

  @Override
  public Mono<StoredManifest> find(RepositoryName repository, Digest digest) {
    return database.one(
        FIND, PgManifestRepository::manifest, repository.value(), digest.toString());
  }

  @Override
  public Mono<List<Digest>> store(NewManifest manifest) {
    return store(database, manifest);
  }

  /** The same as a part of a longer transaction. */
  Mono<List<Digest>> storeIn(Tx tx, NewManifest manifest) {
    return store(database.in(tx), manifest);
  }

  private static Mono<List<Digest>> store(Statements statements, NewManifest manifest) {
    return Mono.defer(
        () -> statements.many(STORE, row -> Digest.parse(Rows.text(row, "digest")), row(manifest)));
  }

  @Override
  public Mono<Optional<List<Tag>>> delete(RepositoryName repository, Digest digest) {
    return database.inTx(tx ->
        database
            .in(tx)
            .one(LOCK, row -> Rows.number(row, "id"), repository.value(), digest.toString())
            .flatMap(
                id -> database.in(tx).many(DELETE, row -> Tag.parse(Rows.text(row, "name")), id))
            .map(Optional::of)
            .defaultIfEmpty(Optional.empty()));
  }

  @Override
  public Mono<Boolean> deleteTag(RepositoryName repository, Tag tag) {
    return database.update(DELETE_TAG, repository.value(), tag.value()).map(count -> count > 0);
  }

  @Override
  public Mono<List<Referrer>> referrers(
      RepositoryName repository,
      Digest subject,
      List<String> artifactTypes,
      Optional<Digest> after,
      int limit) {
    String behind = after.map(Digest::toString).orElse("");
    return artifactTypes.isEmpty()
        ? database.many(
            REFERRERS,
            PgManifestRepository::referrer,
            repository.value(),
            subject.toString(),
            behind,
            limit)
        : database.many(
            REFERRERS_OF_TYPES,
            PgManifestRepository::referrer,
            repository.value(),
            subject.toString(),
            behind,
            limit,
            artifactTypes.stream().filter(StorableText::fits).toArray(String[]::new));
  }

  static Object[] row(NewManifest manifest) {
    StoredManifest stored = manifest.manifest();
    ManifestDocument document = manifest.document();
    Map<String, String> references = new LinkedHashMap<>();
    document.blobs().forEach(blob -> references.put(blob.digest().toString(), "b"));
    document.children().forEach(child -> references.putIfAbsent(child.digest().toString(), "c"));
    return new Object[] {
      manifest.repository().value(),
      manifest.projectId(),
      required(document.blobs()),
      manifest.sparse() ? new String[0] : required(document.children()),
      stored.digest().toString(),
      stored.mediaType(),
      Database.nullable(document.artifactType().orElse(null), String.class),
      Database.nullable(document.subject().map(Digest::toString).orElse(null), String.class),
      Json.writeText(document.annotations()),
      stored.bytes().length,
      stored.bytes(),
      references.values().toArray(String[]::new),
      references.keySet().toArray(String[]::new),
      manifest.tags().stream().map(Tag::value).toArray(String[]::new)
    };
  }

  /** What must be here: content that lies elsewhere need not. */
  private static String[] required(List<Descriptor> descriptors) {
    return descriptors.stream()
        .filter(descriptor -> !descriptor.remote())
        .map(descriptor -> descriptor.digest().toString())
        .distinct()
        .toArray(String[]::new);
  }

  private static StoredManifest manifest(Readable row) {
    return new StoredManifest(
        Digest.parse(Rows.text(row, "digest")),
        Rows.text(row, "media_type"),
        Rows.get(row, "bytes", byte[].class));
  }

  private static Referrer referrer(Readable row) {
    Map<String, String> annotations = new LinkedHashMap<>();
    Json.parse(Rows.text(row, "annotations").getBytes(StandardCharsets.UTF_8))
        .members()
        .forEach((key, value) -> annotations.put(key, value.text().orElse("")));
    return new Referrer(
        Digest.parse(Rows.text(row, "digest")),
        Rows.text(row, "media_type"),
        Rows.get(row, "size", Integer.class),
        Rows.find(row, "artifact_type", String.class),
        annotations);
  }
}
