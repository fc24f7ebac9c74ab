package dev.breakwater.storage.sql.manifest;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.manifest.Accessory;
import dev.breakwater.core.manifest.ArtifactFacts;
import dev.breakwater.core.manifest.ManifestDocument;
import dev.breakwater.core.manifest.ManifestPushes.Outcome;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.manifest.StoredManifest;
import dev.breakwater.core.manifest.TagMove;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.quota.ProjectContent;
import io.r2dbc.spi.Readable;
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

/** The statements that store a manifest: what goes in, and what comes out of them. */
final class StoreStatement {
  /**
   * One statement in one round trip.
   *
   * <p>What the manifest names is share-locked, so that it cannot be unlinked or deleted before we
   * commit; what is unlinked at this moment is waited for and then missing, and so is a blob whose
   * file was lost. Anything missing makes every later part empty. Only rows that are new are
   * written, and of rows that are there none is locked against other pushes but an index's
   * children: their {@code child} is written even if it seems right, because whoever deletes
   * another index of theirs may be about to clear it. A manifest without a tag is pushed anew when
   * it is pushed again: its index or tag is about to come, and garbage collection leaves what is
   * young. {@code ON CONFLICT DO UPDATE} is for what a concurrent push inserted after this
   * statement began; it updates no key. The tags are ours alone, see {@link PgManifestPushes#LOCK}.
   *
   * <p>One that has a tag and gets another one stays as it is: it is share-locked, so that many can
   * do that at once, and whoever takes its last tag away waits for them, or they for that. It is
   * not if more of it may change in this transaction: two that share a lock and both want a
   * stronger one would wait for each other.
   *
   * <p>Rows are asked for by their keys, not by joins: a plan that was made while a repository was
   * small must not walk through all of it when it has grown.
   *
   * <p>$3 are digests that must be blobs, $4 may be manifests as well.
   *
   * @see #SQL
   * @see #ALONE
   */
  private static final String STORE =
      """
      WITH known_repository AS (SELECT id FROM repository WHERE name = $1),
      wanted AS MATERIALIZED (
        SELECT id, digest, size FROM blob
        WHERE digest = ANY ($3::text[] || $4::text[]) AND lost_at IS NULL),
      link AS MATERIALIZED (
        SELECT blob_id FROM repository_blob
        WHERE repository_id = (SELECT id FROM known_repository)
          AND blob_id = ANY (ARRAY (SELECT id FROM wanted))
        FOR KEY SHARE),
      linked AS (
        SELECT wanted.digest, wanted.size FROM link JOIN wanted ON wanted.id = link.blob_id),
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
      old_tags AS (
        SELECT tag.name, tag.manifest_id, manifest.digest
        FROM tag
        JOIN manifest ON manifest.id = tag.manifest_id
        WHERE tag.repository_id = (SELECT id FROM known_repository) AND tag.name = ANY ($15::text[])),
      known_manifest AS (
        SELECT manifest.id
        FROM known_repository
        JOIN manifest ON manifest.repository_id = known_repository.id AND manifest.digest = $6
        WHERE NOT EXISTS (SELECT FROM missing)
        FOR KEY SHARE OF manifest),
      steady AS (
        SELECT manifest.tagged
        FROM known_manifest JOIN manifest ON manifest.id = known_manifest.id
        WHERE NOT EXISTS (SELECT FROM old_tags) AND $19::text IS NULL AND NOT $24
        FOR SHARE OF manifest),
      %1$s
      new_repository AS (
        INSERT INTO repository (name, project_id)
        SELECT $1, $2
        WHERE NOT EXISTS (SELECT FROM known_repository) AND EXISTS (SELECT FROM accepted)
        ON CONFLICT (name) DO UPDATE SET updated_at = repository.updated_at
        RETURNING id),
      home AS (
        SELECT id FROM known_repository WHERE EXISTS (SELECT FROM accepted)
        UNION ALL
        SELECT id FROM new_repository),
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
        ON CONFLICT (repository_id, digest) DO UPDATE
        SET tagged = manifest.tagged OR excluded.tagged,
            child = manifest.child OR excluded.child,
            accessory_of = coalesce(manifest.accessory_of, excluded.accessory_of),
            accessory_type = CASE
              WHEN manifest.accessory_of IS NULL THEN excluded.accessory_type
              ELSE manifest.accessory_type END
        RETURNING id),
      revived AS (
        UPDATE repository
        SET deleted_at = NULL, deleted_by = NULL, deletion = NULL, description = '', pull_count = 0
        FROM home
        WHERE repository.id = home.id AND repository.deleted_at IS NOT NULL),
      seen_again AS (
        UPDATE manifest
        SET accessory_of = coalesce(accessory_of, $19),
            accessory_type = CASE WHEN accessory_of IS NULL THEN $20 ELSE accessory_type END,
            pushed_at = CASE WHEN tagged THEN pushed_at ELSE now() END
        FROM known_manifest, home
        WHERE manifest.id = known_manifest.id
          AND (manifest.accessory_of IS NULL AND $19::text IS NOT NULL
            OR NOT manifest.tagged AND cardinality($15::text[]) = 0
              AND manifest.pushed_at < now() - interval '10 seconds')),
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
        ON CONFLICT (repository_id, name) %2$s
        RETURNING name),
      history AS (
        INSERT INTO tag_change (repository_id, name, old_digest, new_digest, username)
        SELECT home.id, tagged.name, old_tags.digest, $6, $22
        FROM home, tagged LEFT JOIN old_tags ON old_tags.name = tagged.name),
      content (digest, size) AS (
        SELECT digest, size FROM linked WHERE EXISTS (SELECT FROM home)
        UNION
        SELECT $6::text, $11::bigint FROM home),
      """;

  /**
   * As a part of a transaction. The tags are locked: they are ours alone, see {@link
   * PgManifestPushes#LOCK}. Some of them may move.
   */
  static final String SQL =
      STORE.formatted(
              "accepted AS (SELECT WHERE NOT EXISTS (SELECT FROM missing)),",
              """
              DO UPDATE
              SET manifest_id = excluded.manifest_id, updated_at = now(), pulled_at = NULL
              WHERE tag.manifest_id <> excluded.manifest_id
              """)
          + ProjectContent.added("$2", "$23")
          + """
          SELECT account.*, stored.id AS manifest_id,
            EXISTS (SELECT FROM new_manifest) AS created,
            coalesce((SELECT tagged FROM steady), false) AS steady,
            ARRAY (SELECT digest FROM missing ORDER BY digest COLLATE "C") AS missing,
            ARRAY (SELECT name FROM old_tags ORDER BY name) AS tag_names,
            ARRAY (SELECT digest FROM old_tags ORDER BY name) AS tag_digests,
            ARRAY (SELECT manifest_id FROM old_tags ORDER BY name) AS tag_manifests
          FROM account LEFT JOIN stored ON true
          """;

  /**
   * A transaction of its own for what most pushes do: every tag is new, and so is the manifest, or
   * it has another tag. Nothing is settled afterwards then, no rule is asked. It does nothing
   * unless it is so.
   *
   * <p>The tags are locked without waiting, and perhaps after the statement's view of them was
   * taken: one that somebody made in between is found when it is written, and the statement undoes
   * itself.
   */
  static final String ALONE =
      STORE.formatted(
              """
              accepted AS MATERIALIZED (
                SELECT
                WHERE NOT EXISTS (SELECT FROM missing) AND NOT EXISTS (SELECT FROM old_tags)
                  AND (NOT EXISTS (SELECT FROM known_manifest)
                    OR EXISTS (SELECT FROM steady WHERE tagged))
                  AND cardinality($15::text[]) = (
                    SELECT count(*) FROM unnest($15::text[]) AS wish (name)
                    WHERE pg_try_advisory_xact_lock(hashtextextended($1 || ':' || name, 0)))),
              """,
              "DO NOTHING")
          + ProjectContent.added("$2", "(SELECT $23::uuid FROM home)").stripTrailing()
          + ",\n"
          + PgAuditRepository.recorded(
              26, "EXISTS (SELECT FROM new_manifest) OR EXISTS (SELECT FROM tagged)")
          + """
          SELECT EXISTS (SELECT FROM home) AS usual,
            EXISTS (SELECT FROM new_manifest) AS created,
            ARRAY (SELECT digest FROM missing ORDER BY digest COLLATE "C") AS missing,
            (SELECT require_room(growth, reserved, storage_limit) FROM account) AS within,
            (SELECT require_tags(
               count(*), (SELECT count(DISTINCT name) FROM home, unnest($15::text[]) AS name))
             FROM tagged) AS tagged
          """;

  private StoreStatement() {}

  static Object[] parameters(NewManifest manifest, UUID promise) {
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

  static String[] names(Collection<Tag> tags) {
    return tags.stream().map(Tag::value).toArray(String[]::new);
  }

  /** What must be here: content that lies elsewhere need not. */
  static String[] required(List<Descriptor> descriptors) {
    return digests(descriptors.stream().filter(descriptor -> !descriptor.remote()));
  }

  private static String[] digests(Stream<Descriptor> descriptors) {
    return descriptors
        .map(descriptor -> descriptor.digest().toString())
        .distinct()
        .toArray(String[]::new);
  }

  /** Empty: it is none of the usual kind, and nothing was done. */
  static Optional<Outcome> outcomeAlone(Readable row, NewManifest manifest) {
    List<Digest> missing = missing(row);
    if (missing.isEmpty() && !Rows.flag(row, "usual")) {
      return Optional.empty();
    }
    return Optional.of(newTags(manifest, Rows.flag(row, "created"), missing));
  }

  /** None of the tags was there before. */
  static Outcome newTags(NewManifest manifest, boolean created, List<Digest> missing) {
    List<TagMove> tags =
        manifest.tags().stream().map(tag -> new TagMove(tag, Optional.empty())).toList();
    return new Outcome(missing, created, tags, Set.of());
  }

  private static List<Digest> missing(Readable row) {
    return Stream.of(Rows.get(row, "missing", String[].class)).map(Digest::parse).toList();
  }

  static Outcome outcome(Readable row, NewManifest manifest) {
    List<Digest> missing = missing(row);
    if (!missing.isEmpty()) {
      return new Outcome(missing, false, List.of(), Set.of());
    }
    long id = Rows.number(row, "manifest_id");
    boolean created = Rows.flag(row, "created");
    boolean settled = created || Rows.flag(row, "steady");
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
      if (!settled && !from.equals(Optional.of(manifest.manifest().digest()))) {
        unsettled.add(id);
      }
    }
    return new Outcome(List.of(), created, tags, unsettled);
  }
}
