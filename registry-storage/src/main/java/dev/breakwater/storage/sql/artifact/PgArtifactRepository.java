package dev.breakwater.storage.sql.artifact;

import dev.breakwater.core.artifact.Artifact;
import dev.breakwater.core.artifact.ArtifactAccessory;
import dev.breakwater.core.artifact.ArtifactRepository;
import dev.breakwater.core.artifact.ArtifactScope;
import dev.breakwater.core.artifact.ArtifactTag;
import dev.breakwater.core.artifact.ChildReference;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Artifacts as the rows of manifests. */
public final class PgArtifactRepository implements ArtifactRepository {
  static final String BY_DIGEST =
      ArtifactLists.SELECT + " WHERE repository.name = $1 AND manifest.digest = $2";

  static final String BY_TAG =
      ArtifactLists.SELECT
          + """
           JOIN tag ON tag.repository_id = repository.id AND tag.manifest_id = manifest.id
          WHERE repository.name = $1 AND tag.name = $2
          """;

  private static final String TAG =
      "SELECT id, manifest_id, repository_id, name, updated_at, pulled_at FROM tag";

  static final String TAGS =
      TAG + " WHERE manifest_id = ANY ($1) ORDER BY manifest_id, name LIMIT 1000";

  private static final String ACCESSORY =
      """
      SELECT accessory.id, subject.id AS subject_id, accessory.accessory_of, repository.name,
             accessory.digest, accessory.accessory_type, accessory.total_size, accessory.pushed_at
      FROM manifest AS subject
      JOIN repository ON repository.id = subject.repository_id
      JOIN manifest AS accessory
        ON accessory.repository_id = subject.repository_id
        AND accessory.accessory_of = subject.digest\
      """;

  static final String ACCESSORIES =
      ACCESSORY + " WHERE subject.id = ANY ($1) ORDER BY subject.id, accessory.id LIMIT 1000";

  static final String COUNT_ACCESSORIES =
      """
      SELECT count(*) AS n
      FROM manifest AS subject
      JOIN manifest AS accessory
        ON accessory.repository_id = subject.repository_id
        AND accessory.accessory_of = subject.digest\
      """;

  static final String INHERITED =
      """
      SELECT child.id AS child_id, accessory.id, parent.id AS subject_id, accessory.accessory_of,
             repository.name, accessory.digest, accessory.accessory_type, accessory.total_size,
             accessory.pushed_at
      FROM manifest AS child
      JOIN repository ON repository.id = child.repository_id
      JOIN manifest_reference AS named
        ON named.project_id = child.project_id AND named.digest = child.digest
        AND named.repository_id = child.repository_id AND named.kind = 'c'
      JOIN manifest AS parent ON parent.id = named.manifest_id
      JOIN manifest AS accessory
        ON accessory.repository_id = parent.repository_id
        AND accessory.accessory_of = parent.digest
        AND accessory.accessory_type IN ('signature.cosign', 'signature.notation')
      WHERE child.id = ANY ($1)
      ORDER BY child.id, accessory.id LIMIT 1000
      """;

  /** As the index has them. Larger ones are of no use to anybody who reads a list. */
  static final String REFERENCES =
      """
      SELECT parent.id AS parent_id, coalesce(child.id, 0) AS child_id,
             entry.value ->> 'digest' AS digest, entry.value::text AS descriptor
      FROM manifest AS parent
      CROSS JOIN LATERAL jsonb_array_elements(
        CASE WHEN parent.size <= 65536
          THEN convert_from(parent.bytes, 'UTF8')::jsonb -> 'manifests' END)
        WITH ORDINALITY AS entry (value, position)
      LEFT JOIN manifest AS child
        ON child.repository_id = parent.repository_id AND child.digest = entry.value ->> 'digest'
      WHERE parent.id = ANY ($1)
      ORDER BY parent.id, entry.position LIMIT 2000
      """;

  static final ListColumns TAG_COLUMNS =
      ListColumns.orderedBy("updated_at DESC, name", "name")
          .number("id", "id")
          .text("name", "name")
          .time("push_time", "updated_at")
          .time("pull_time", "pulled_at");

  static final ListColumns ACCESSORY_COLUMNS =
      ListColumns.orderedBy("accessory.id", "accessory.id")
          .number("id", "accessory.id")
          .text("type", "accessory.accessory_type")
          .text("digest", "accessory.digest")
          .number("size", "accessory.total_size")
          .time("creation_time", "accessory.pushed_at");

  private final Database database;

  public PgArtifactRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<List<Artifact>> list(ArtifactScope scope, ListRequest request, long total) {
    return Mono.defer(() -> {
      ArtifactLists.Statement page = ArtifactLists.page(scope, request, total);
      return database.many(
          page.sql(),
          PgArtifactRepository::artifact,
          page.conditions().parameters(request.offset(), request.limit()));
    });
  }

  @Override
  public Mono<Long> count(ArtifactScope scope, List<Condition> asked) {
    return Mono.defer(() -> {
      ArtifactLists.Statement counting = ArtifactLists.counting(scope, asked);
      return database.one(
          counting.sql(), row -> Rows.number(row, "n"), counting.conditions().parameters());
    });
  }

  @Override
  public Mono<Artifact> find(RepositoryName repository, Reference reference) {
    return switch (reference) {
      case Reference.ByDigest(Digest digest) ->
          database.one(
              BY_DIGEST, PgArtifactRepository::artifact, repository.value(), digest.toString());
      case Reference.ByTag(Tag tag) ->
          database.one(BY_TAG, PgArtifactRepository::artifact, repository.value(), tag.value());
    };
  }

  @Override
  public Mono<Map<Long, List<ArtifactTag>>> tags(Set<Long> artifactIds) {
    return database
        .many(TAGS, PgArtifactRepository::tag, (Object) artifactIds.toArray(new Long[0]))
        .map(tags -> tags.stream().collect(Collectors.groupingBy(ArtifactTag::artifactId)));
  }

  @Override
  public Mono<Slice<ArtifactTag>> tagsOf(long artifactId, ListRequest request) {
    return TAG_COLUMNS.slice(
        database,
        TAG,
        "SELECT count(*) AS n FROM tag",
        new Conditions().and("manifest_id = ?", artifactId),
        request,
        PgArtifactRepository::tag);
  }

  @Override
  public Mono<Map<Long, List<ArtifactAccessory>>> accessories(Set<Long> artifactIds) {
    return database
        .many(
            ACCESSORIES, PgArtifactRepository::accessory, (Object) artifactIds.toArray(new Long[0]))
        .map(found -> found.stream().collect(Collectors.groupingBy(ArtifactAccessory::subjectId)));
  }

  @Override
  public Mono<Map<Long, List<ArtifactAccessory>>> inheritedSignatures(Set<Long> artifactIds) {
    return database
        .many(
            INHERITED,
            row -> Map.entry(Rows.number(row, "child_id"), accessory(row)),
            (Object) artifactIds.toArray(new Long[0]))
        .map(found ->
            found.stream()
                .collect(
                    Collectors.groupingBy(
                        Map.Entry::getKey,
                        Collectors.mapping(Map.Entry::getValue, Collectors.toList()))));
  }

  @Override
  public Mono<Slice<ArtifactAccessory>> accessoriesOf(long artifactId, ListRequest request) {
    return ACCESSORY_COLUMNS.slice(
        database,
        ACCESSORY,
        COUNT_ACCESSORIES,
        new Conditions().and("subject.id = ?", artifactId),
        request,
        PgArtifactRepository::accessory);
  }

  @Override
  public Mono<Map<Long, List<ChildReference>>> references(Collection<Long> artifactIds) {
    return database
        .many(
            REFERENCES,
            PgArtifactRepository::reference,
            (Object) new ArrayList<>(artifactIds).toArray(new Long[0]))
        .map(found -> found.stream().collect(Collectors.groupingBy(ChildReference::parentId)));
  }

  private static ArtifactTag tag(Readable row) {
    return new ArtifactTag(
        Rows.number(row, "id"),
        Rows.number(row, "manifest_id"),
        Rows.number(row, "repository_id"),
        Rows.text(row, "name"),
        Rows.instant(row, "updated_at"),
        Rows.findInstant(row, "pulled_at"),
        false);
  }

  private static ArtifactAccessory accessory(Readable row) {
    return new ArtifactAccessory(
        Rows.number(row, "id"),
        Rows.number(row, "subject_id"),
        Rows.text(row, "accessory_of"),
        Rows.text(row, "name"),
        Rows.text(row, "digest"),
        Rows.text(row, "accessory_type"),
        Rows.number(row, "total_size"),
        Rows.instant(row, "pushed_at"));
  }

  private static ChildReference reference(Readable row) {
    return new ChildReference(
        Rows.number(row, "parent_id"),
        Rows.number(row, "child_id"),
        Rows.text(row, "digest"),
        Rows.text(row, "descriptor"));
  }

  private static Artifact artifact(Readable row) {
    return new Artifact(
        Rows.number(row, "id"),
        Rows.number(row, "project_id"),
        Rows.number(row, "repository_id"),
        Rows.text(row, "repository_name"),
        Rows.text(row, "digest"),
        Rows.text(row, "type"),
        Rows.text(row, "media_type"),
        Rows.text(row, "config_media_type"),
        Rows.text(row, "artifact_type"),
        Rows.number(row, "total_size"),
        Rows.instant(row, "pushed_at"),
        Rows.findInstant(row, "pulled_at"),
        Rows.findInstant(row, "expires_at"),
        Rows.text(row, "extra_attributes"),
        Rows.text(row, "annotations"),
        Rows.find(row, "icon", String.class),
        Artifact.Details.NONE);
  }
}
