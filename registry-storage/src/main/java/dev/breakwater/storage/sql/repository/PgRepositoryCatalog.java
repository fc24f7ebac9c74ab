package dev.breakwater.storage.sql.repository;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.repository.RepositoryCatalog;
import dev.breakwater.core.repository.RepositoryScope;
import dev.breakwater.core.repository.RepositorySummary;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.StorableText;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import dev.breakwater.storage.sql.quota.ProjectContent;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Repositories as rows. */
public final class PgRepositoryCatalog implements RepositoryCatalog {
  static final String LIST =
      """
      SELECT name FROM repository
      WHERE name > $1
        AND EXISTS (SELECT FROM manifest WHERE manifest.repository_id = repository.id)
      ORDER BY name LIMIT $2
      """;

  /** Those that are not deleted, or were pushed to again. */
  public static final String PRESENT =
      """
      (repository.deleted_at IS NULL
        OR EXISTS (SELECT FROM manifest WHERE manifest.repository_id = repository.id))\
      """;

  private static final String FROM = " FROM repository";

  static final String SELECT =
      """
      SELECT repository.id, repository.project_id, repository.name, repository.description,
             repository.pull_count, repository.created_at, repository.updated_at,
             (SELECT count(*) FROM manifest
              WHERE manifest.repository_id = repository.id AND manifest.listed) AS artifact_count\
      """
          + FROM;

  static final String COUNT = "SELECT count(*) AS n" + FROM;

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("repository.updated_at DESC, repository.id DESC", "repository.id")
          .number("id", "repository.id")
          .number("repository_id", "repository.id")
          .number("project_id", "repository.project_id")
          .text("name", "repository.name")
          .text("description", "repository.description")
          .number("pull_count", "repository.pull_count")
          .time("creation_time", "repository.created_at")
          .time("update_time", "repository.updated_at");

  static final String ID = "SELECT id FROM repository WHERE name = $1";

  static final String DESCRIBE =
      "UPDATE repository SET description = $2, updated_at = now() WHERE name = $1 AND " + PRESENT;

  static final String MANIFESTS =
      "SELECT id FROM manifest WHERE repository_id = $1 ORDER BY id LIMIT $2";

  static final String LINKED =
      """
      SELECT blob.digest
      FROM repository_blob AS link JOIN blob ON blob.id = link.blob_id
      WHERE link.repository_id = $1
      """;

  /** Locked against manifests that are being pushed: they insert rows that refer to it. */
  static final String LOCK =
      """
      SELECT project_id FROM repository
      WHERE id = $1 FOR UPDATE
      """;

  static final String EMPTY =
      "SELECT true AS empty WHERE NOT EXISTS (SELECT FROM manifest WHERE repository_id = $1)";

  static final String DELETE = "DELETE FROM repository WHERE id = $1";
  static final String RESTORABLE =
      """
      SELECT EXISTS (
        SELECT FROM deleted_manifest
        WHERE repository_id = $1 AND restorable_until > now()) AS restorable
      """;
  static final String HIDE =
      """
      WITH given_up AS (
        UPDATE repository_blob SET given_up = true, review_at = now() WHERE repository_id = $1)
      UPDATE repository SET deleted_at = now(), deleted_by = $2, deletion = $3 WHERE id = $1
      """;

  private final Database database;

  public PgRepositoryCatalog(Database database) {
    this.database = database;
  }

  @Override
  public Mono<List<String>> list(Optional<String> after, int limit) {
    String behind = after.orElse("");
    return StorableText.fits(behind)
        ? database.many(LIST, row -> Rows.text(row, "name"), behind, limit)
        : Mono.error(
            new RegistryException(
                ErrorCode.NAME_INVALID, "'last' has a character that no name has"));
  }

  @Override
  public Mono<Slice<RepositorySummary>> list(RepositoryScope scope, ListRequest request) {
    return Mono.defer(() -> {
      Conditions all = COLUMNS.narrow(conditions(scope).and(PRESENT), request.conditions());
      return ListColumns.slice(
          database,
          page(all, request),
          all,
          request,
          PgRepositoryCatalog::repository,
          () -> database.one(COUNT + all.where(), row -> Rows.number(row, "n"), all.parameters()));
    });
  }

  /** Artifacts are counted in the repositories of the page alone. */
  static String page(Conditions conditions, ListRequest request) {
    return COLUMNS.pageOfKeys(SELECT + " WHERE", "repository", conditions, request);
  }

  static Conditions conditions(RepositoryScope scope) {
    return switch (scope) {
      case RepositoryScope.Everything _ -> new Conditions();
      case RepositoryScope.OfProject(long id) ->
          new Conditions().and("repository.project_id = ?", id);
      case RepositoryScope.PublicAnd(Set<Long> ids) ->
          new Conditions()
              .and(
                  """
                  (repository.project_id = ANY (?) OR repository.project_id IN (
                    SELECT id FROM project WHERE is_public))\
                  """,
                  (Object) ids.toArray(new Long[0]));
      case RepositoryScope.PublicAndOf(long userId) ->
          new Conditions()
              .and(
                  """
                  repository.project_id IN (
                    SELECT id FROM project WHERE is_public
                    UNION
                    SELECT project_id FROM project_member WHERE user_id = ?
                    UNION
                    SELECT member.project_id
                    FROM user_group_membership AS membership
                    JOIN project_member AS member ON member.group_id = membership.group_id
                    WHERE membership.user_id = ?)\
                  """,
                  userId,
                  userId);
    };
  }

  @Override
  public Mono<Long> idOf(RepositoryName name) {
    return database.one(ID, row -> Rows.number(row, "id"), name.value());
  }

  @Override
  public Mono<RepositorySummary> find(RepositoryName name) {
    return database.one(
        SELECT + " WHERE repository.name = $1 AND " + PRESENT,
        PgRepositoryCatalog::repository,
        name.value());
  }

  @Override
  public Mono<Boolean> describe(Tx tx, RepositoryName name, String description) {
    return database.in(tx).update(DESCRIBE, name.value(), description).map(count -> count > 0);
  }

  @Override
  public Mono<List<Long>> manifests(long repositoryId, int limit) {
    return database.many(MANIFESTS, row -> Rows.number(row, "id"), repositoryId, limit);
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long repositoryId, String username, UUID deletion) {
    Statements statements = database.in(tx);
    return statements
        .one(LOCK, row -> Rows.number(row, "project_id"), repositoryId)
        .flatMap(projectId ->
            statements
                .one(EMPTY, row -> Rows.flag(row, "empty"), repositoryId)
                .flatMap(_ ->
                    statements.one(RESTORABLE, row -> Rows.flag(row, "restorable"), repositoryId))
                .flatMap(restorable ->
                    deleteEmpty(
                        statements,
                        projectId,
                        repositoryId,
                        () ->
                            restorable
                                ? statements.update(HIDE, repositoryId, username, deletion)
                                : statements.update(DELETE, repositoryId))))
        .defaultIfEmpty(false);
  }

  private static Mono<Boolean> deleteEmpty(
      Statements statements, long projectId, long repositoryId, Supplier<Mono<Long>> deletion) {
    return statements
        .many(LINKED, row -> Rows.text(row, "digest"), repositoryId)
        .map(digests -> digests.toArray(String[]::new))
        .flatMap(digests ->
            ProjectContent.lock(statements, projectId, digests)
                .then(Mono.defer(deletion))
                .then(Mono.defer(() -> ProjectContent.remove(statements, projectId, digests))))
        .thenReturn(true);
  }

  private static RepositorySummary repository(Readable row) {
    return new RepositorySummary(
        Rows.number(row, "id"),
        Rows.number(row, "project_id"),
        Rows.text(row, "name"),
        Rows.text(row, "description"),
        Rows.number(row, "artifact_count"),
        Rows.number(row, "pull_count"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
