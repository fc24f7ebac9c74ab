package dev.breakwater.storage.sql.project;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.project.MetadataItem;
import dev.breakwater.core.project.NewProject;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.project.ProjectRepository;
import dev.breakwater.core.project.Visibility;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.StorableText;
import dev.breakwater.storage.sql.repository.PgRepositoryCatalog;
import io.r2dbc.spi.Readable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
              WHERE repository.project_id = project.id AND PRESENT) AS repository_count
      FROM project
      LEFT JOIN app_user AS owner ON owner.id = project.owner_id
      """
          .replace("PRESENT", PgRepositoryCatalog.PRESENT);

  static final String FIND_BY_NAME = SELECT + "WHERE project.name = $1";
  static final String FIND_BY_ID = SELECT + "WHERE project.id = $1";
  static final String FIND_ALL = SELECT + "WHERE project.id = ANY ($1)";

  /** Its owner is a member at once; an unknown owner is the first administrator. */
  static final String CREATE =
      """
      WITH created AS (
        INSERT INTO project (name, is_public, owner_id, storage_limit)
        VALUES ($1, $2,
          coalesce($3, (SELECT min(id) FROM app_user WHERE sysadmin AND deleted_at IS NULL)), $4)
        RETURNING id, name, is_public, owner_id, created_at, updated_at),
      member AS (
        INSERT INTO project_member (project_id, user_id, role)
        SELECT id, owner_id, 1 FROM created WHERE owner_id IS NOT NULL)
      SELECT created.id, created.name, created.is_public, created.created_at, created.updated_at,
             coalesce(owner.id, 1) AS owner_id, coalesce(owner.username, 'admin') AS owner_name,
             0::bigint AS repository_count
      FROM created
      LEFT JOIN app_user AS owner ON owner.id = created.owner_id
      """;

  static final String UPDATE =
      """
      UPDATE project SET is_public = coalesce($2, is_public), updated_at = now() WHERE id = $1
      """;

  static final String COUNT_MEMBERS =
      "SELECT role, count(*) AS n FROM project_member WHERE project_id = $1 GROUP BY role";

  static final String STORAGE_LIMIT = "SELECT storage_limit FROM project WHERE id = $1";

  static final String LOCK = "SELECT id FROM project WHERE id = $1 FOR UPDATE";

  static final String COUNT_REPOSITORIES =
      """
      SELECT count(*) AS n FROM (
        SELECT FROM repository
        WHERE repository.project_id = $1
          AND EXISTS (SELECT FROM manifest WHERE manifest.repository_id = repository.id)
        LIMIT 1000) AS full_ones
      """;

  /** What would have begun by itself for the project. */
  static final String DELETE_SCHEDULES =
      """
      DELETE FROM schedule
      WHERE kind = 'RETENTION' AND owner_id IN (
        SELECT id FROM retention_policy WHERE project_id = $1)
      """;

  static final String DELETE_REPOSITORIES = "DELETE FROM repository WHERE project_id = $1";
  static final String DELETE = "DELETE FROM project WHERE id = $1";

  private final Database database;
  private final ProjectList list;
  private final MetadataRows metadata;

  public PgProjectRepository(Database database) {
    this.database = database;
    this.list = new ProjectList(database);
    this.metadata = new MetadataRows(database);
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
  public Mono<Project> create(Tx tx, NewProject project, Optional<Long> ownerId) {
    return database
        .in(tx)
        .one(
            CREATE,
            PgProjectRepository::project,
            project.name().value(),
            project.isPublic(),
            Database.nullable(ownerId.orElse(null), Long.class),
            project.storageLimit())
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "project_name"),
            error ->
                new RegistryException(
                    ErrorCode.CONFLICT,
                    "The project named " + project.name() + " already exists",
                    error))
        .flatMap(created -> metadata.set(tx, created.id(), project.metadata()).thenReturn(created));
  }

  @Override
  public Mono<Void> update(
      Tx tx, long id, Optional<Boolean> isPublic, Map<MetadataItem, String> metadata) {
    return database
        .in(tx)
        .update(UPDATE, id, Database.nullable(isPublic.orElse(null), Boolean.class))
        .then(Mono.defer(() -> this.metadata.set(tx, id, metadata)));
  }

  @Override
  public Mono<Boolean> unset(Tx tx, long id, MetadataItem item) {
    return metadata.unset(tx, id, item);
  }

  @Override
  public Mono<Map<Long, Map<MetadataItem, String>>> metadata(Set<Long> ids) {
    return metadata.find(ids);
  }

  @Override
  public Mono<Slice<Long>> listIds(
      Visibility visibility, Optional<String> owner, ListRequest request) {
    return list.ids(visibility, owner, request);
  }

  @Override
  public Mono<Map<Long, Project>> findAll(Set<Long> ids) {
    return database
        .many(FIND_ALL, PgProjectRepository::project, (Object) ids.toArray(new Long[0]))
        .map(rows -> rows.stream().collect(Collectors.toMap(Project::id, row -> row)));
  }

  @Override
  public Mono<Long> countFullRepositories(long id) {
    return database.one(COUNT_REPOSITORIES, row -> Rows.number(row, "n"), id);
  }

  @Override
  public Mono<Map<Role, Long>> countMembers(long id) {
    return database
        .many(COUNT_MEMBERS, PgProjectRepository::count, id)
        .map(rows -> rows.stream().collect(Collectors.toMap(RoleCount::role, RoleCount::members)));
  }

  private static RoleCount count(Readable row) {
    short id = Rows.get(row, "role", Short.class);
    return new RoleCount(
        Role.find(id).orElseThrow(() -> new IllegalStateException("there is no role " + id)),
        Rows.number(row, "n"));
  }

  @Override
  public Mono<Long> storageLimit(long id) {
    return database.one(STORAGE_LIMIT, row -> Rows.number(row, "storage_limit"), id);
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return database
        .in(tx)
        .one(LOCK, row -> Rows.number(row, "id"), id)
        .flatMap(_ -> deleteLocked(tx, id))
        .defaultIfEmpty(false);
  }

  private Mono<Boolean> deleteLocked(Tx tx, long id) {
    return database
        .in(tx)
        .one(COUNT_REPOSITORIES, row -> Rows.number(row, "n"), id)
        .flatMap(count -> count > 0 ? Mono.error(notEmpty(count)) : Mono.just(id))
        .then(Mono.defer(() -> database.in(tx).update(DELETE_SCHEDULES, id)))
        .then(Mono.defer(() -> database.in(tx).update(DELETE_REPOSITORIES, id)))
        .then(Mono.defer(() -> database.in(tx).update(DELETE, id)))
        .thenReturn(true);
  }

  private static RegistryException notEmpty(long count) {
    return new RegistryException(
        ErrorCode.PRECONDITION_FAILED,
        "the project contains " + count + " repositories, can not be deleted");
  }

  static Project project(Readable row) {
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

  private record RoleCount(Role role, long members) {}
}
