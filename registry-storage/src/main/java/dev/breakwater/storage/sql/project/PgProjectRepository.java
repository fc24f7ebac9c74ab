package dev.breakwater.storage.sql.project;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.project.ProjectRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.util.List;
import reactor.core.publisher.Mono;

/** Projects as rows. */
public final class PgProjectRepository implements ProjectRepository {
  /** A project without an owner was made by the program; the API shows the administrator. */
  private static final String SELECT =
      """
      SELECT project.id, project.name, project.is_public,
             coalesce(app_user.id, 1) AS owner_id, coalesce(app_user.username, 'admin') AS owner_name,
             (SELECT count(*) FROM repository WHERE repository.project_id = project.id) AS repositories,
             project.created_at, project.updated_at
      FROM project LEFT JOIN app_user ON app_user.id = project.owner_id
      """;

  private static final String BY_NAME = SELECT + "WHERE project.name = $1";
  private static final String BY_ID = SELECT + "WHERE project.id = $1";
  private static final String FILTER =
      """
      WHERE ($1::text IS NULL OR project.name ILIKE $1)
        AND ($2::boolean IS NULL OR project.is_public = $2)
        AND ($3::text IS NULL OR coalesce(app_user.username, 'admin') = $3)
      """;
  private static final String LIST = SELECT + FILTER + "ORDER BY project.name LIMIT $4 OFFSET $5";
  private static final String COUNT =
      "SELECT count(*) AS total FROM project LEFT JOIN app_user ON app_user.id = project.owner_id "
          + FILTER;
  private static final String CREATE =
      """
      INSERT INTO project (name, is_public, owner_id) VALUES ($1, $2, $3)
      ON CONFLICT (name) DO NOTHING
      RETURNING id
      """;
  private static final String LOCK = "SELECT id FROM project WHERE id = $1 FOR UPDATE";
  private static final String COUNT_REPOSITORIES =
      """
      SELECT count(*) AS total FROM (SELECT FROM repository WHERE project_id = $1 LIMIT 1000) AS some
      """;
  private static final String DELETE = "DELETE FROM project WHERE id = $1";

  private final Database database;

  public PgProjectRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Project> findByName(String name) {
    return name.indexOf('\0') < 0
        ? database.one(BY_NAME, PgProjectRepository::project, name)
        : Mono.empty();
  }

  @Override
  public Mono<Project> findById(long id) {
    return database.one(BY_ID, PgProjectRepository::project, id);
  }

  @Override
  public Mono<Project> create(ProjectName name, boolean isPublic, long ownerId) {
    return database
        .one(CREATE, row -> Rows.number(row, "id"), name.value(), isPublic, ownerId)
        .flatMap(this::findById)
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.CONFLICT, "The project named " + name + " already exists")));
  }

  @Override
  public Mono<List<Project>> list(Filter filter, int offset, int limit) {
    return database.many(
        LIST,
        PgProjectRepository::project,
        pattern(filter),
        Database.nullable(filter.isPublic().orElse(null), Boolean.class),
        Database.nullable(filter.ownerName().orElse(null), String.class),
        limit,
        offset);
  }

  @Override
  public Mono<Long> count(Filter filter) {
    return database.one(
        COUNT,
        row -> Rows.number(row, "total"),
        pattern(filter),
        Database.nullable(filter.isPublic().orElse(null), Boolean.class),
        Database.nullable(filter.ownerName().orElse(null), String.class));
  }

  @Override
  public Mono<Boolean> delete(long id) {
    return database.inTx(tx -> deleteIn(tx, id));
  }

  private Mono<Boolean> deleteIn(Tx tx, long id) {
    return database
        .in(tx)
        .one(LOCK, row -> Rows.number(row, "id"), id)
        .flatMap(locked ->
            database.in(tx).one(COUNT_REPOSITORIES, row -> Rows.number(row, "total"), locked))
        .flatMap(repositories ->
            repositories == 0
                ? database.in(tx).update(DELETE, id).map(count -> count > 0)
                : Mono.error(notEmpty(repositories)))
        .defaultIfEmpty(false);
  }

  private static RegistryException notEmpty(long repositories) {
    return new RegistryException(
        ErrorCode.PRECONDITION_FAILED,
        "the project contains " + repositories + " repositories, can not be deleted");
  }

  private static Object pattern(Filter filter) {
    return Database.nullable(
        filter.name().map(PgProjectRepository::contains).orElse(null), String.class);
  }

  private static String contains(String part) {
    return "%" + part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
  }

  private static Project project(Readable row) {
    return new Project(
        Rows.number(row, "id"),
        ProjectName.parse(Rows.text(row, "name")),
        Rows.flag(row, "is_public"),
        Rows.number(row, "owner_id"),
        Rows.text(row, "owner_name"),
        Rows.number(row, "repositories"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
