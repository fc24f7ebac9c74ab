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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Artifacts as the rows of manifests. */
public final class PgArtifactRepository implements ArtifactRepository {
  private static final String FROM =
      """
       FROM manifest
      JOIN repository ON repository.id = manifest.repository_id\
      """;

  private static final String FIELDS =
      """
      SELECT manifest.id, manifest.project_id, manifest.repository_id,
             repository.name AS repository_name, manifest.digest, manifest.type,
             manifest.media_type, manifest.config_media_type,
             coalesce(manifest.artifact_type, '') AS artifact_type, manifest.total_size,
             manifest.pushed_at, manifest.pulled_at, manifest.expires_at,
             manifest.extra_attributes, manifest.annotations, manifest.icon\
      """;

  static final String SELECT = FIELDS + FROM;

  private static final String COUNT = "SELECT count(*) AS n";

  /** Of a project, when only the latest of each repository counts. */
  private static final String FROM_LATEST =
      """
       FROM repository
      CROSS JOIN LATERAL (
        SELECT * FROM manifest
        WHERE repository_id = repository.id AND listed
        ORDER BY pushed_at DESC, id DESC LIMIT 1) AS manifest\
      """;

  static final String BY_DIGEST = SELECT + " WHERE repository.name = $1 AND manifest.digest = $2";

  static final String BY_TAG =
      SELECT
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

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("manifest.pushed_at DESC, manifest.id DESC", "manifest.id")
          .number("id", "manifest.id")
          .text("digest", "manifest.digest")
          .text("repository_name", "repository.name")
          .text("type", "manifest.type")
          .breakingTies("type", "manifest.pushed_at")
          .text("manifest_media_type", "manifest.media_type")
          .text("media_type", "manifest.config_media_type")
          .text("artifact_type", "manifest.artifact_type")
          .number("size", "manifest.total_size")
          .time("push_time", "manifest.pushed_at")
          .time("pull_time", "manifest.pulled_at");

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

  private static final Set<String> PROJECT_ORDERS =
      Set.of("size", "mediatype", "manifestmediatype", "artifacttype");

  /** So many can be sorted where a page of them is asked for. */
  private static final long FEW = 5_000;

  private final Database database;

  public PgArtifactRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<List<Artifact>> list(ArtifactScope scope, ListRequest request, long total) {
    return Mono.defer(() -> {
      Statement page = page(scope, request, total);
      return database.many(
          page.sql(),
          PgArtifactRepository::artifact,
          page.conditions().parameters(request.offset(), request.limit()));
    });
  }

  /**
   * @param total how many there are
   */
  static Statement page(ArtifactScope scope, ListRequest request, long total) {
    boolean plain = request.conditions().isEmpty() && request.orders().isEmpty();
    boolean latest = scope instanceof ArtifactScope.OfProject(_, boolean only) && only;
    // In the usual order, the latest of their repositories are among the first of the project.
    Conditions conditions =
        latest && !plain
            ? latestOf(scope, request.conditions())
            : conditions(scope, request.conditions(), total, isOrderedByProject(request));
    String select = latest && !plain ? FIELDS + FROM_LATEST : SELECT;
    return new Statement(COLUMNS.page(select, conditions, request), conditions);
  }

  @Override
  public Mono<Long> count(ArtifactScope scope, List<Condition> asked) {
    return Mono.defer(() -> {
      Statement counting = counting(scope, asked);
      return database.one(
          counting.sql(), row -> Rows.number(row, "n"), counting.conditions().parameters());
    });
  }

  static Statement counting(ArtifactScope scope, List<Condition> asked) {
    if (scope instanceof ArtifactScope.OfProject(_, boolean latestOnly) && latestOnly) {
      Conditions conditions = latestOf(scope, asked);
      return new Statement(COUNT + FROM_LATEST + conditions.where(), conditions);
    }
    Conditions conditions = conditions(scope, asked, Long.MAX_VALUE, false);
    boolean joins = asked.stream().anyMatch(PgArtifactRepository::namesRepository);
    return new Statement(
        COUNT + (joins ? FROM : " FROM manifest") + conditions.where(), conditions);
  }

  /** A statement and what is bound to it. */
  record Statement(String sql, Conditions conditions) {}

  private static Conditions latestOf(ArtifactScope project, List<Condition> asked) {
    return ArtifactConditions.add(
        new Conditions().and("repository.project_id = ?", project.id()),
        project,
        asked,
        false,
        COLUMNS);
  }

  private static boolean namesRepository(Condition condition) {
    return normalized(condition.field()).equals("repositoryname");
  }

  /** There is an index of a project's artifacts in such an order, and none of a repository's. */
  private static boolean isOrderedByProject(ListRequest request) {
    return request.conditions().stream().anyMatch(it -> normalized(it.field()).equals("base"))
        || request.orders().stream()
            .limit(1)
            .anyMatch(it -> PROJECT_ORDERS.contains(normalized(it.field())));
  }

  private static String normalized(String field) {
    return field.replace("_", "").toLowerCase(Locale.ROOT);
  }

  private static Conditions conditions(
      ArtifactScope scope, List<Condition> asked, long total, boolean byProject) {
    Conditions conditions =
        switch (scope) {
          case ArtifactScope.OfRepository(long id, long project) -> {
            Conditions own = new Conditions().and("manifest.repository_id = ?", id);
            yield byProject ? own.and("manifest.project_id = ?", project) : own;
          }
          case ArtifactScope.OfProject(long id, boolean latestOnly) ->
              latest(new Conditions().and("manifest.project_id = ?", id), latestOnly);
        };
    boolean byTags = asked.size() == 1 && total <= FEW;
    return ArtifactConditions.add(conditions, scope, asked, byTags, COLUMNS);
  }

  private static Conditions latest(Conditions conditions, boolean latestOnly) {
    return latestOnly
        ? conditions.and(
            """
            manifest.id = (
              SELECT latest.id FROM manifest AS latest
              WHERE latest.repository_id = manifest.repository_id AND latest.listed
              ORDER BY latest.pushed_at DESC, latest.id DESC LIMIT 1)\
            """)
        : conditions;
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
