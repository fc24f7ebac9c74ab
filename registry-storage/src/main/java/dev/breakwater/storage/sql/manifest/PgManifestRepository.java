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
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Manifests, what they name, and the tags that point to them, as rows. */
public final class PgManifestRepository implements ManifestRepository {
  private static final String RESOLVE =
      """
      SELECT manifest.digest
      FROM repository
      JOIN tag ON tag.repository_id = repository.id
      JOIN manifest ON manifest.id = tag.manifest_id
      WHERE repository.name = $1 AND tag.name = $2
      """;
  private static final String FIND =
      """
      SELECT manifest.digest, manifest.media_type, manifest.bytes
      FROM repository
      JOIN manifest ON manifest.repository_id = repository.id
      WHERE repository.name = $1 AND manifest.digest = $2
      """;

  private static final String REPOSITORY =
      """
      WITH known AS (SELECT id FROM repository WHERE name = $1),
      made AS (
        INSERT INTO repository (name, project_id)
        SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM known)
        ON CONFLICT (name) DO UPDATE SET name = excluded.name
        RETURNING id)
      SELECT id FROM known UNION ALL SELECT id FROM made
      """;

  /** What is linked is locked, in one order, so that it cannot be unlinked before we commit. */
  private static final String LINKED_BLOBS =
      """
      SELECT blob.digest
      FROM unnest($2::text[]) AS named (digest)
      JOIN blob ON blob.digest = named.digest
      JOIN repository_blob
        ON repository_blob.repository_id = $1 AND repository_blob.blob_id = blob.id
      ORDER BY blob.id
      FOR KEY SHARE OF repository_blob
      """;

  private static final String KNOWN_MANIFESTS =
      """
      SELECT digest FROM manifest
      WHERE repository_id = $1 AND digest = ANY ($2::text[])
      ORDER BY id
      FOR KEY SHARE
      """;

  /** One that is there already stays as it is; the empty update locks it and returns its id. */
  private static final String INSERT =
      """
      WITH stored AS (
        INSERT INTO manifest
          (repository_id, digest, media_type, artifact_type, subject_digest, annotations, size, bytes)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (repository_id, digest) DO UPDATE SET pushed_at = now()
        RETURNING id),
      named AS (
        INSERT INTO manifest_reference (manifest_id, repository_id, kind, digest)
        SELECT stored.id, $1, reference.kind::"char", reference.digest
        FROM stored, unnest($9::text[], $10::text[]) AS reference (kind, digest)
        ON CONFLICT DO NOTHING)
      INSERT INTO tag (repository_id, name, manifest_id)
      SELECT $1, tagged.name, stored.id
      FROM stored, (SELECT name FROM unnest($11::text[]) AS names (name) ORDER BY name) AS tagged
      ON CONFLICT (repository_id, name)
      DO UPDATE SET manifest_id = excluded.manifest_id, updated_at = now()
      """;

  private static final String DELETE =
      """
      WITH gone AS (
        DELETE FROM manifest USING repository
        WHERE repository.name = $1
          AND manifest.repository_id = repository.id
          AND manifest.digest = $2
        RETURNING manifest.id)
      SELECT (SELECT array_agg(tag.name) FROM tag WHERE tag.manifest_id = gone.id) AS tags FROM gone
      """;
  private static final String DELETE_TAG =
      """
      DELETE FROM tag USING repository
      WHERE repository.name = $1 AND tag.repository_id = repository.id AND tag.name = $2
      """;

  private static final String REFERRERS =
      """
      SELECT manifest.digest, manifest.media_type, manifest.size, manifest.artifact_type,
             manifest.annotations
      FROM repository
      JOIN manifest ON manifest.repository_id = repository.id
      WHERE repository.name = $1
        AND manifest.subject_digest = $2
        AND manifest.digest > $3
        AND (cardinality($4::text[]) = 0 OR manifest.artifact_type = ANY ($4::text[]))
      ORDER BY manifest.digest
      LIMIT $5
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
    return database.inTx(tx -> storeIn(tx, manifest));
  }

  @Override
  public Mono<Optional<List<Tag>>> delete(RepositoryName repository, Digest digest) {
    return database
        .one(DELETE, PgManifestRepository::tags, repository.value(), digest.toString())
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
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
    return database.many(
        REFERRERS,
        PgManifestRepository::referrer,
        repository.value(),
        subject.toString(),
        after.map(Digest::toString).orElse(""),
        artifactTypes.toArray(String[]::new),
        limit);
  }

  private Mono<List<Digest>> storeIn(Tx tx, NewManifest manifest) {
    return database
        .in(tx)
        .one(
            REPOSITORY,
            row -> Rows.number(row, "id"),
            manifest.repository().value(),
            manifest.projectId())
        .flatMap(repository ->
            missing(tx, repository, manifest)
                .flatMap(missing ->
                    missing.isEmpty()
                        ? insert(tx, repository, manifest).thenReturn(missing)
                        : Mono.just(missing)));
  }

  /** Children may be manifests or, as build caches have them, blobs. */
  private Mono<List<Digest>> missing(Tx tx, long repository, NewManifest manifest) {
    Set<String> blobs = digests(manifest.document().blobs());
    Set<String> children = manifest.sparse() ? Set.of() : digests(manifest.document().children());
    return present(tx, KNOWN_MANIFESTS, repository, children)
        .flatMap(manifests -> {
          Set<String> others = new HashSet<>(children);
          others.removeAll(manifests);
          others.addAll(blobs);
          return present(tx, LINKED_BLOBS, repository, others)
              .map(linked ->
                  others.stream()
                      .filter(digest -> !linked.contains(digest))
                      .sorted()
                      .map(Digest::parse)
                      .toList());
        });
  }

  private Mono<Set<String>> present(Tx tx, String sql, long repository, Set<String> digests) {
    if (digests.isEmpty()) {
      return Mono.just(Set.of());
    }
    return database
        .in(tx)
        .many(sql, row -> Rows.text(row, "digest"), repository, digests.toArray(String[]::new))
        .map(Set::copyOf);
  }

  private Mono<Long> insert(Tx tx, long repository, NewManifest manifest) {
    StoredManifest stored = manifest.manifest();
    ManifestDocument document = manifest.document();
    Map<String, String> references = new LinkedHashMap<>();
    document.blobs().forEach(blob -> references.put(blob.digest().toString(), "b"));
    document.children().forEach(child -> references.putIfAbsent(child.digest().toString(), "c"));
    return database
        .in(tx)
        .update(
            INSERT,
            repository,
            stored.digest().toString(),
            stored.mediaType(),
            Database.nullable(document.artifactType().orElse(null), String.class),
            Database.nullable(document.subject().map(Digest::toString).orElse(null), String.class),
            Json.writeText(document.annotations()),
            stored.bytes().length,
            stored.bytes(),
            references.values().toArray(String[]::new),
            references.keySet().toArray(String[]::new),
            manifest.tags().stream().map(Tag::value).toArray(String[]::new));
  }

  private static Set<String> digests(List<Descriptor> descriptors) {
    Set<String> digests = new HashSet<>();
    descriptors.stream()
        .filter(descriptor -> !descriptor.remote())
        .forEach(descriptor -> digests.add(descriptor.digest().toString()));
    return digests;
  }

  private static StoredManifest manifest(Readable row) {
    return new StoredManifest(
        Digest.parse(Rows.text(row, "digest")),
        Rows.text(row, "media_type"),
        Rows.get(row, "bytes", byte[].class));
  }

  private static List<Tag> tags(Readable row) {
    return Rows.find(row, "tags", String[].class).stream()
        .flatMap(Stream::of)
        .map(Tag::parse)
        .toList();
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
