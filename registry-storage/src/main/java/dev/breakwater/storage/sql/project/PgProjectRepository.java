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
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
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

  static final String COUNT = "SELECT count(*) AS n FROM project";

  static final String UPDATE =
      """
      UPDATE project SET is_public = coalesce($2, is_public), updated_at = now() WHERE id = $1
      """;

  static final String SET =
      """
      INSERT INTO project_metadata (project_id, name, value)
      SELECT $1, item.name, item.value FROM unnest($2::text[], $3::text[]) AS item (name, value)
      ON CONFLICT (project_id, name) DO UPDATE SET value = excluded.value
      """;

  static final String UNSET = "DELETE FROM project_metadata WHERE project_id = $1 AND name = $2";

  static final String METADATA =
      "SELECT project_id, name, value FROM project_metadata WHERE project_id = ANY ($1)";

  static final String COUNT_MEMBERS =
      "SELECT role, count(*) AS n FROM project_member WHERE project_id = $1 GROUP BY role";

  static final String STORAGE_LIMIT = "SELECT storage_limit FROM project WHERE id = $1";

  /** In which projects a user is a member. */
  static final String OF_USER =
      """
      project.id IN (
        SELECT project_id FROM project_member WHERE user_id = ?
        UNION ALL
        SELECT member.project_id
        FROM user_group_membership AS membership
        JOIN project_member AS member ON member.group_id = membership.group_id
        WHERE membership.user_id = ?)\
      """;

  static final String OF_PROJECTS = "project.id = ANY (?)";

  static final String OF_OWNER =
      """
      (project.owner_id = (SELECT id FROM app_user WHERE username = ? AND deleted_at IS NULL)
       OR project.owner_id IS NULL AND ? = 'admin')\
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

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("project.name", "project.id")
          .text("name", "project.name")
          .number("project_id", "project.id")
          .flag("public", "project.is_public")
          .number("owner_id", "project.owner_id")
          .time("creation_time", "project.created_at")
          .time("update_time", "project.updated_at");

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
        .flatMap(created -> set(tx, created.id(), project.metadata()).thenReturn(created));
  }

  @Override
  public Mono<Void> update(
      Tx tx, long id, Optional<Boolean> isPublic, Map<MetadataItem, String> metadata) {
    return database
        .in(tx)
        .update(UPDATE, id, Database.nullable(isPublic.orElse(null), Boolean.class))
        .then(Mono.defer(() -> set(tx, id, metadata)));
  }

  private Mono<Void> set(Tx tx, long id, Map<MetadataItem, String> metadata) {
    if (metadata.isEmpty()) {
      return Mono.empty();
    }
    List<MetadataItem> items = List.copyOf(metadata.keySet());
    return database
        .in(tx)
        .update(
            SET,
            id,
            items.stream().map(MetadataItem::label).toArray(String[]::new),
            items.stream().map(metadata::get).toArray(String[]::new))
        .then();
  }

  @Override
  public Mono<Boolean> unset(Tx tx, long id, MetadataItem item) {
    return database.in(tx).update(UNSET, id, item.label()).map(count -> count > 0);
  }

  @Override
  public Mono<Map<Long, Map<MetadataItem, String>>> metadata(Set<Long> ids) {
    return database
        .many(METADATA, PgProjectRepository::item, (Object) ids.toArray(new Long[0]))
        .map(PgProjectRepository::byProject);
  }

  private static Item item(Readable row) {
    return new Item(
        Rows.number(row, "project_id"),
        MetadataItem.parse(Rows.text(row, "name")),
        Rows.text(row, "value"));
  }

  private static Map<Long, Map<MetadataItem, String>> byProject(List<Item> rows) {
    Map<Long, Map<MetadataItem, String>> metadata = new HashMap<>();
    for (Item row : rows) {
      metadata
          .computeIfAbsent(row.projectId(), _ -> new EnumMap<>(MetadataItem.class))
          .put(row.item(), row.value());
    }
    return metadata;
  }

  @Override
  public Mono<Slice<Project>> list(
      Visibility visibility, Optional<String> owner, ListRequest request) {
    return Mono.defer(() -> {
      Conditions visible = new Conditions();
      visibleTo(visibility).ifPresent(of -> of.add(visible, "project.is_public OR "));
      return Flux.fromIterable(disjoint(visibility))
          .concatMap(part -> count(narrowed(part, owner, request)))
          .reduce(0L, Long::sum)
          .flatMap(total ->
              COLUMNS.slice(
                  database,
                  SELECT,
                  narrowed(visible, owner, request),
                  request,
                  PgProjectRepository::project,
                  total));
    });
  }

  private Mono<Long> count(Conditions conditions) {
    return database.one(
        COUNT + conditions.where(), row -> Rows.number(row, "n"), conditions.parameters());
  }

  /** What is seen, in parts that have nothing in common: each is counted by an index of its own. */
  static List<Conditions> disjoint(Visibility visibility) {
    Optional<Visible> of = visibleTo(visibility);
    if (of.isEmpty()) {
      return List.of(new Conditions());
    }
    Conditions members = new Conditions().and("NOT project.is_public");
    of.get().add(members, "");
    return List.of(new Conditions().and("project.is_public"), members);
  }

  static Conditions narrowed(Conditions scope, Optional<String> owner, ListRequest request) {
    owner
        .map(name -> StorableText.require("owner", name))
        .ifPresent(name -> scope.and(OF_OWNER, name, name));
    return COLUMNS.narrow(scope, request.conditions());
  }

  /** Which private projects are seen; empty: all. */
  static Optional<Visible> visibleTo(Visibility visibility) {
    return switch (visibility) {
      case Visibility.Everything _ -> Optional.empty();
      case Visibility.OfUser(long userId) ->
          Optional.of(new Visible(OF_USER, new Object[] {userId, userId}));
      case Visibility.OfProjects(Set<Long> ids) ->
          Optional.of(new Visible(OF_PROJECTS, new Object[] {ids.toArray(new Long[0])}));
    };
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

  private record Item(long projectId, MetadataItem item, String value) {}

  private record RoleCount(Role role, long members) {}

  /** A condition with its values. */
  record Visible(String sql, Object[] values) {
    void add(Conditions conditions, String before) {
      conditions.and("(" + before + sql + ")", values);
    }
  }
}
