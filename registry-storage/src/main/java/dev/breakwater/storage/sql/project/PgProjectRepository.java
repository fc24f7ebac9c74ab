package dev.breakwater.storage.sql.project;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.project.ProjectRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.StorableText;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Projects as rows. A repository without any manifest, which an abandoned push leaves, does not
 * keep its project from being deleted. A project without an owner was made by the program: the
 * administrator is shown.
 */
public final class PgProjectRepository implements ProjectRepository {
  static final String SELECT =
      """
      SELECT project.id, project.name, project.is_public, project.created_at, project.updated_at,
             coalesce(owner.id, 1) AS owner_id, coalesce(owner.username, 'admin') AS owner_name,
             (SELECT count(*) FROM repository
              WHERE repository.project_id = project.id) AS repository_count
      FROM project
      LEFT JOIN app_user AS owner ON owner.id = project.owner_id
      """;

  static final String FIND_BY_NAME = SELECT + "WHERE project.name = $1";
  static final String FIND_BY_ID = SELECT + "WHERE project.id = $1";

  static final String CREATE =
      """
      WITH created AS (
        INSERT INTO project (name, is_public, owner_id) VALUES ($1, $2, $3)
        RETURNING id, name, is_public, owner_id, created_at, updated_at)
      SELECT created.id, created.name, created.is_public, created.created_at, created.updated_at,
             coalesce(owner.id, 1) AS owner_id, coalesce(owner.username, 'admin') AS owner_name,
             0::bigint AS repository_count
      FROM created
      LEFT JOIN app_user AS owner ON owner.id = created.owner_id
      """;

  static final String LOCK = "SELECT id FROM project WHERE id = $1 FOR UPDATE";

  static final String COUNT_REPOSITORIES =
      """
      SELECT count(*) AS n FROM (
        SELECT FROM repository
        WHERE repository.project_id = $1
          AND EXISTS (SELECT FROM manifest WHERE manifest.repository_id = repository.id)
        LIMIT 1000) AS full_ones
      """;

  static final String DELETE_REPOSITORIES = "DELETE FROM repository WHERE project_id = $1";
  static final String DELETE = "DELETE FROM project WHERE id = $1";

  private final Database database;

  public PgProjectRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Project> findByName(String name) {
    return StorableText.fits(name)
        ? database.one(FIND_BY_NAME, PgProjectRepository::project, name)
        : Mono.empty();
  }

  @Override
  public Mono<Project> findById(long id) {
    return database.one(FIND_BY_ID, PgProjectRepository::project, id);
  }

  @Override
  public Mono<Project> create(ProjectName name, boolean isPublic, long ownerId) {
    return database
        .one(
            CREATE,
            PgProjectRepository::project,
            name.value(),
            isPublic,
            Database.nullable(ownerId == 0 ? null : ownerId, Long.class))
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "project_name"),
            error ->
                new RegistryException(
                    ErrorCode.CONFLICT, "The project named " + name + " already exists", error));
  }

  @Override
  public Mono<List<Project>> list(Filter filter, int offset, int limit) {
    Condition condition = Condition.of(filter);
    if (condition.matchesNothing()) {
      return Mono.just(List.of());
    }
    String sql =
        SELECT
            + condition.sql()
            + " ORDER BY project.name OFFSET $"
            + (condition.parameters().size() + 1)
            + " LIMIT $"
            + (condition.parameters().size() + 2);
    return database.many(sql, PgProjectRepository::project, condition.with(offset, limit));
  }

  @Override
  public Mono<Long> count(Filter filter) {
    Condition condition = Condition.of(filter);
    return condition.matchesNothing()
        ? Mono.just(0L)
        : database.one(
            "SELECT count(*) AS n FROM project" + condition.sql(),
            row -> Rows.number(row, "n"),
            condition.with());
  }

  @Override
  public Mono<Boolean> delete(long id) {
    return database.inTx(tx ->
        database
            .in(tx)
            .one(LOCK, row -> Rows.number(row, "id"), id)
            .flatMap(_ -> deleteLocked(tx, id))
            .defaultIfEmpty(false));
  }

  private Mono<Boolean> deleteLocked(Tx tx, long id) {
    return database
        .in(tx)
        .one(COUNT_REPOSITORIES, row -> Rows.number(row, "n"), id)
        .flatMap(count -> count > 0 ? Mono.error(notEmpty(count)) : Mono.just(id))
        .then(Mono.defer(() -> database.in(tx).update(DELETE_REPOSITORIES, id)))
        .then(Mono.defer(() -> database.in(tx).update(DELETE, id)))
        .thenReturn(true);
  }

  private static RegistryException notEmpty(long count) {
    return new RegistryException(
        ErrorCode.PRECONDITION_FAILED,
        "the project contains " + count + " repositories, can not be deleted");
  }

  private static Project project(Readable row) {
    return new Project(
        Rows.number(row, "id"),
        ProjectName.parse(Rows.text(row, "name")),
        Rows.flag(row, "is_public"),
        Rows.number(row, "owner_id"),
        Rows.text(row, "owner_name"),
        Rows.number(row, "repository_count"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  /** A filter as SQL: only the conditions that it has, so that each list is planned for itself. */
  private record Condition(String sql, List<Object> parameters, boolean matchesNothing) {
    static Condition of(Filter filter) {
      List<String> conditions = new ArrayList<>();
      List<Object> parameters = new ArrayList<>();
      filter
          .name()
          .ifPresent(name -> {
            parameters.add(name);
            conditions.add("strpos(project.name, lower($" + parameters.size() + ")) > 0");
          });
      filter
          .isPublic()
          .ifPresent(isPublic -> {
            parameters.add(isPublic);
            conditions.add("project.is_public = $" + parameters.size());
          });
      filter
          .ownerName()
          .ifPresent(owner -> {
            parameters.add(owner);
            String parameter = "$" + parameters.size();
            conditions.add(
                "(project.owner_id = (SELECT id FROM app_user WHERE deleted_at IS NULL"
                    + " AND username = %s) OR project.owner_id IS NULL AND %s = 'admin')"
                        .formatted(parameter, parameter));
          });
      boolean nothing =
          !filter.name().map(StorableText::fits).orElse(true)
              || !filter.ownerName().map(StorableText::fits).orElse(true);
      String sql = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
      return new Condition(sql, List.copyOf(parameters), nothing);
    }

    Object[] with(Object... more) {
      List<Object> all = new ArrayList<>(parameters);
      all.addAll(List.of(more));
      return all.toArray();
    }
  }
}
