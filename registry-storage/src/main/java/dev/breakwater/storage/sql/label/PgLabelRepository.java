package dev.breakwater.storage.sql.label;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.label.Label;
import dev.breakwater.core.label.LabelRepository;
import dev.breakwater.core.label.LabelText;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Labels as rows. */
public final class PgLabelRepository implements LabelRepository {
  private static final String COLUMN_LIST =
      "label.id, label.project_id, label.name, label.description, label.color, label.created_at,"
          + " label.updated_at";

  static final String SELECT = "SELECT " + COLUMN_LIST + " FROM label";
  static final String COUNT = "SELECT count(*) AS n FROM label";
  static final String FIND = SELECT + " WHERE id = $1";

  static final String CREATE =
      """
      INSERT INTO label (project_id, name, description, color) VALUES ($1, $2, $3, $4)
      RETURNING id
      """;

  static final String UPDATE =
      """
      UPDATE label SET name = $2, description = $3, color = $4, updated_at = now() WHERE id = $1
      """;

  static final String DELETE = "DELETE FROM label WHERE id = $1";

  /** Locked against its deletion, which takes the labels along. */
  static final String BY_DIGEST =
      """
      SELECT manifest.id FROM repository
      JOIN manifest ON manifest.repository_id = repository.id
      WHERE repository.name = $1 AND manifest.digest = $2
      FOR KEY SHARE OF manifest
      """;

  static final String BY_TAG =
      """
      SELECT manifest.id FROM repository
      JOIN tag ON tag.repository_id = repository.id
      JOIN manifest ON manifest.id = tag.manifest_id
      WHERE repository.name = $1 AND tag.name = $2
      FOR KEY SHARE OF manifest
      """;

  static final String ADD =
      "INSERT INTO artifact_label (manifest_id, label_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";

  static final String REMOVE =
      "DELETE FROM artifact_label WHERE manifest_id = $1 AND label_id = $2";

  /** Nobody gives so many labels to what stands on one page. */
  static final String LABELS_OF =
      "SELECT artifact_label.manifest_id, "
          + COLUMN_LIST
          + """
           FROM artifact_label JOIN label ON label.id = artifact_label.label_id
          WHERE artifact_label.manifest_id = ANY ($1)
          ORDER BY artifact_label.manifest_id, artifact_label.label_id LIMIT 10000
          """;

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("label.name", "label.id")
          .number("id", "label.id")
          .text("name", "label.name")
          .text("description", "label.description")
          .text("color", "label.color")
          .time("creation_time", "label.created_at")
          .time("update_time", "label.updated_at");

  private final Database database;

  public PgLabelRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Slice<Label>> list(Optional<Long> projectId, ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, scope(projectId), request, PgLabelRepository::label);
  }

  static Conditions scope(Optional<Long> projectId) {
    return projectId
        .map(id -> new Conditions().and("label.project_id = ?", id))
        .orElseGet(() -> new Conditions().and("label.project_id IS NULL"));
  }

  @Override
  public Mono<Label> find(long id) {
    return database.one(FIND, PgLabelRepository::label, id);
  }

  @Override
  public Mono<Long> create(Tx tx, Optional<Long> projectId, LabelText text) {
    return database
        .in(tx)
        .one(
            CREATE,
            row -> Rows.number(row, "id"),
            Database.nullable(projectId.orElse(null), Long.class),
            text.name(),
            text.description(),
            text.color())
        .onErrorMap(error -> conflict(error, text));
  }

  @Override
  public Mono<Boolean> update(Tx tx, long id, LabelText text) {
    return database
        .in(tx)
        .update(UPDATE, id, text.name(), text.description(), text.color())
        .map(count -> count > 0)
        .onErrorMap(error -> conflict(error, text));
  }

  private static Throwable conflict(Throwable error, LabelText text) {
    return SqlErrors.isDuplicate(error, "label_name")
        ? new RegistryException(
            ErrorCode.CONFLICT, "label " + text.name() + " already exists", error)
        : error;
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return database.in(tx).update(DELETE, id).map(count -> count > 0);
  }

  @Override
  public Mono<Long> findArtifact(Tx tx, RepositoryName repository, Reference reference) {
    return switch (reference) {
      case Reference.ByDigest(Digest digest) ->
          database
              .in(tx)
              .one(BY_DIGEST, row -> Rows.number(row, "id"), repository.value(), digest.toString());
      case Reference.ByTag(Tag tag) ->
          database
              .in(tx)
              .one(BY_TAG, row -> Rows.number(row, "id"), repository.value(), tag.value());
    };
  }

  @Override
  public Mono<Boolean> addTo(Tx tx, long artifactId, long labelId) {
    return database.in(tx).update(ADD, artifactId, labelId).map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> removeFrom(Tx tx, long artifactId, long labelId) {
    return database.in(tx).update(REMOVE, artifactId, labelId).map(count -> count > 0);
  }

  @Override
  public Mono<Map<Long, List<Label>>> labelsOf(Set<Long> artifactIds) {
    return database
        .many(LABELS_OF, Labelled::of, (Object) artifactIds.toArray(new Long[0]))
        .map(found ->
            found.stream()
                .collect(
                    Collectors.groupingBy(
                        Labelled::artifactId,
                        Collectors.mapping(Labelled::label, Collectors.toList()))));
  }

  private static Label label(Readable row) {
    return new Label(
        Rows.number(row, "id"),
        Rows.find(row, "project_id", Long.class),
        new LabelText(
            Rows.text(row, "name"), Rows.text(row, "description"), Rows.text(row, "color")),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  private record Labelled(long artifactId, Label label) {
    static Labelled of(Readable row) {
      return new Labelled(Rows.number(row, "manifest_id"), PgLabelRepository.label(row));
    }
  }
}
