package dev.breakwater.storage.sql.manifest;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.manifest.Accessory;
import dev.breakwater.core.manifest.ArtifactFacts;
import dev.breakwater.core.manifest.ManifestDocument;
import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.manifest.StoredManifest;
import dev.breakwater.core.manifest.TagMove;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.quota.ProjectContent;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   * One statement in one round trip.
   *
   * <p>What the manifest names is share-locked, so that it cannot be unlinked or deleted before we
   * commit; what is unlinked at this moment is waited for and then missing, and so is a blob whose
   * file was lost. Anything missing makes every later part empty. Only rows that are new are
   * written, and of rows that are there none is locked against other pushes but an index's
   * children: their {@code child} is written even if it seems right, because whoever deletes
   * another index of theirs may be about to clear it. {@code ON CONFLICT DO UPDATE} is for what a
   * concurrent push inserted after this statement began; it updates no key. The tags are ours
   * alone, see {@link #LOCK}.
   *
   * <p>$3 are digests that must be blobs, $4 may be manifests as well.
   */
  static final String STORE =
      """
      WITH known_repository AS (SELECT id FROM repository WHERE name = $1),
      linked AS (
        SELECT blob.digest, blob.size
        FROM known_repository
        JOIN blob ON blob.digest = ANY ($3::text[] || $4::text[]) AND blob.lost_at IS NULL
        JOIN repository_blob
          ON repository_blob.repository_id = known_repository.id
          AND repository_blob.blob_id = blob.id
        FOR KEY SHARE OF repository_blob),
      children AS (
        SELECT manifest.digest, manifest.total_size
        FROM known_repository
        JOIN manifest
          ON manifest.repository_id = known_repository.id AND manifest.digest = ANY ($4::text[])
        FOR KEY SHARE OF manifest),
      missing AS (
        SELECT digest FROM unnest($3::text[]) AS named (digest)
        WHERE digest NOT IN (SELECT digest FROM linked)
        UNION
        SELECT digest FROM unnest($5::text[]) AS named (digest)
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
      old_tags AS (
        SELECT tag.name, tag.manifest_id, manifest.digest
        FROM home
        JOIN tag ON tag.repository_id = home.id AND tag.name = ANY ($15::text[])
        JOIN manifest ON manifest.id = tag.manifest_id),
      known_manifest AS (
        SELECT manifest.id
        FROM known_repository
        JOIN manifest ON manifest.repository_id = known_repository.id AND manifest.digest = $6
        WHERE NOT EXISTS (SELECT FROM missing)
        FOR KEY SHARE OF manifest),
      new_manifest AS (
        INSERT INTO manifest
          (repository_id, project_id, digest, media_type, artifact_type, subject_digest, annotations,
           size, bytes, type, config_media_type, extra_attributes, accessory_of, accessory_type,
           expires_at, expires_by_rule, icon, tagged, total_size, child)
        SELECT home.id, $2, $6, $7, $8, $9, $10, $11, $12, $16, $17, $18, $19, $20, $21, $24, $25,
               cardinality($15::text[]) > 0,
               $11 + coalesce((SELECT sum(size) FROM linked), 0)
                 + coalesce((SELECT sum(total_size) FROM children), 0),
               EXISTS (
                 SELECT FROM manifest_reference AS parent
                 WHERE parent.project_id = $2 AND parent.digest = $6
                   AND parent.repository_id = home.id AND parent.kind = 'c')
        FROM home
        WHERE NOT EXISTS (SELECT FROM known_manifest)
        ON CONFLICT (repository_id, digest) DO UPDATE SET size = manifest.size
        RETURNING id),
      revived AS (
        UPDATE repository
        SET deleted_at = NULL, deleted_by = NULL, deletion = NULL, description = '', pull_count = 0
        FROM home
        WHERE repository.id = home.id AND repository.deleted_at IS NOT NULL),
      adopted AS (
        UPDATE manifest SET accessory_of = $19, accessory_type = $20
        FROM known_manifest
        WHERE manifest.id = known_manifest.id AND manifest.accessory_of IS NULL
          AND $19::text IS NOT NULL),
      named AS (
        INSERT INTO manifest_reference (manifest_id, repository_id, project_id, kind, digest)
        SELECT new_manifest.id, home.id, $2, reference.kind::"char", reference.digest
        FROM home, new_manifest, unnest($13::text[], $14::text[]) AS reference (kind, digest)
        ON CONFLICT DO NOTHING),
      children_marked AS (
        UPDATE manifest SET child = true
        FROM home
        WHERE manifest.repository_id = home.id AND manifest.digest = ANY ($4::text[])
          AND EXISTS (SELECT FROM new_manifest)),
      stored AS (
        SELECT id FROM known_manifest UNION ALL SELECT id FROM new_manifest),
      tagged AS (
        INSERT INTO tag (repository_id, name, manifest_id)
        SELECT home.id, names.name, stored.id
        FROM home, stored,
          (SELECT DISTINCT name COLLATE "C" AS name FROM unnest($15::text[]) AS name) AS names
        ORDER BY names.name
        ON CONFLICT (repository_id, name)
        DO UPDATE SET manifest_id = excluded.manifest_id, updated_at = now(), pulled_at = NULL
        WHERE tag.manifest_id <> excluded.manifest_id
        RETURNING name),
      history AS (
        INSERT INTO tag_change (repository_id, name, old_digest, new_digest, username)
        SELECT home.id, tagged.name, old_tags.digest, $6, $22
        FROM home, tagged LEFT JOIN old_tags ON old_tags.name = tagged.name),
      content (digest, size) AS (
        SELECT digest, size FROM linked WHERE EXISTS (SELECT FROM home)
        UNION
        SELECT $6::text, $11::bigint FROM home),
      """
          + ProjectContent.added("$2", "$23")
          + """
          SELECT account.*, stored.id AS manifest_id,
            EXISTS (SELECT FROM new_manifest) AS created,
            ARRAY (SELECT digest FROM missing ORDER BY digest COLLATE "C") AS missing,
            ARRAY (SELECT name FROM old_tags ORDER BY name) AS tag_names,
            ARRAY (SELECT digest FROM old_tags ORDER BY name) AS tag_digests,
            ARRAY (SELECT manifest_id FROM old_tags ORDER BY name) AS tag_manifests
          FROM account LEFT JOIN stored ON true
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
            .one(LOCK, row -> Rows.number(row, "n"), repository.value(), names(tags))
            .then();
  }

  @Override
  public Mono<Accounted<Outcome>> store(Tx tx, NewManifest manifest, UUID promise) {
    return Mono.defer(() ->
        database
            .in(tx)
            .one(
                STORE,
                row -> ProjectContent.account(row, outcome(row, manifest)),
                row(manifest, promise)));
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

  static Object[] row(NewManifest manifest, UUID promise) {
    StoredManifest stored = manifest.manifest();
    ManifestDocument document = manifest.document();
    ArtifactFacts facts = manifest.facts();
    Map<String, String> references = new LinkedHashMap<>();
    document.blobs().forEach(blob -> references.put(blob.digest().toString(), "b"));
    document.children().forEach(child -> references.putIfAbsent(child.digest().toString(), "c"));
    String[] children = digests(document.children().stream());
    return new Object[] {
      manifest.repository().value(),
      manifest.projectId(),
      required(document.blobs()),
      children,
      manifest.sparse() ? new String[0] : required(document.children()),
      stored.digest().toString(),
      stored.mediaType(),
      nullable(document.artifactType()),
      nullable(document.subject().map(Digest::toString)),
      Json.writeText(document.annotations()),
      stored.bytes().length,
      stored.bytes(),
      references.values().toArray(String[]::new),
      references.keySet().toArray(String[]::new),
      names(manifest.tags()),
      facts.type(),
      facts.configMediaType(),
      facts.extraAttributes(),
      nullable(facts.accessory().map(Accessory::subject).map(Digest::toString)),
      nullable(facts.accessory().map(Accessory::type)),
      Database.nullable(
          facts.expiry().at().map(Rows::timestamp).orElse(null), OffsetDateTime.class),
      manifest.username(),
      promise,
      facts.expiry().byRule(),
      nullable(facts.icon().map(Digest::toString))
    };
  }

  private static Object nullable(Optional<String> text) {
    return Database.nullable(text.orElse(null), String.class);
  }

  private static String[] names(Collection<Tag> tags) {
    return tags.stream().map(Tag::value).toArray(String[]::new);
  }

  /** What must be here: content that lies elsewhere need not. */
  private static String[] required(List<Descriptor> descriptors) {
    return digests(descriptors.stream().filter(descriptor -> !descriptor.remote()));
  }

  private static String[] digests(Stream<Descriptor> descriptors) {
    return descriptors
        .map(descriptor -> descriptor.digest().toString())
        .distinct()
        .toArray(String[]::new);
  }

  private static Outcome outcome(Readable row, NewManifest manifest) {
    List<Digest> missing =
        Stream.of(Rows.get(row, "missing", String[].class)).map(Digest::parse).toList();
    if (!missing.isEmpty()) {
      return new Outcome(missing, false, List.of(), Set.of());
    }
    long id = Rows.number(row, "manifest_id");
    boolean created = Rows.flag(row, "created");
    String[] names = Rows.get(row, "tag_names", String[].class);
    String[] digests = Rows.get(row, "tag_digests", String[].class);
    Long[] owners = Rows.get(row, "tag_manifests", Long[].class);
    Map<String, Digest> before = new LinkedHashMap<>();
    Set<Long> unsettled = new HashSet<>();
    for (int i = 0; i < names.length; i++) {
      before.put(names[i], Digest.parse(digests[i]));
      if (owners[i] != id) {
        unsettled.add(owners[i]);
      }
    }
    List<TagMove> tags = new ArrayList<>();
    for (Tag tag : manifest.tags()) {
      Optional<Digest> from = Optional.ofNullable(before.get(tag.value()));
      tags.add(new TagMove(tag, from));
      if (!created && !from.equals(Optional.of(manifest.manifest().digest()))) {
        unsettled.add(id);
      }
    }
    return new Outcome(List.of(), created, tags, unsettled);
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
