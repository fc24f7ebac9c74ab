package dev.breakwater.storage.sql.member;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.member.Member;
import dev.breakwater.core.member.Member.Entity;
import dev.breakwater.core.member.MemberRepository;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/** Members as rows. A deleted user is no member any more, whatever rows are left. */
public final class PgMemberRepository implements MemberRepository {
  private static final String FROM =
      """
      FROM project_member AS member
      LEFT JOIN app_user ON app_user.id = member.user_id
      LEFT JOIN user_group ON user_group.id = member.group_id
      """;

  static final String SELECT =
      """
      SELECT member.id, member.project_id, member.user_id, member.group_id, member.role,
             coalesce(app_user.username, user_group.name) AS entity_name
      """
          + FROM;

  static final String COUNT = "SELECT count(*) AS n " + FROM;

  private static final String PRESENT = "app_user.deleted_at IS NULL";

  static final String FIND =
      SELECT + "WHERE member.project_id = $1 AND member.id = $2 AND " + PRESENT;

  /** Nothing is inserted for a user or a group that is not there. */
  static final String ADD =
      """
      INSERT INTO project_member (project_id, user_id, group_id, role)
      SELECT $1, found.user_id, found.group_id, $4
      FROM (
        SELECT id AS user_id, NULL::bigint AS group_id FROM app_user
        WHERE id = $2 AND deleted_at IS NULL
        UNION ALL
        SELECT NULL, id FROM user_group WHERE id = $3) AS found
      RETURNING id
      """;

  static final String CHANGE_ROLE =
      """
      UPDATE project_member SET role = $3, updated_at = now() WHERE project_id = $1 AND id = $2
      """;

  static final String REMOVE = "DELETE FROM project_member WHERE project_id = $1 AND id = $2";

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("member.id", "member.id")
          .number("id", "member.id")
          .text("entity_name", "coalesce(app_user.username, user_group.name)")
          .number("role_id", "member.role");

  private final Database database;

  public PgMemberRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Slice<Member>> list(long projectId, ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, scope(projectId), request, PgMemberRepository::member);
  }

  static Conditions scope(long projectId) {
    return new Conditions().and("member.project_id = ?", projectId).and(PRESENT);
  }

  @Override
  public Mono<Member> find(long projectId, long memberId) {
    return database.one(FIND, PgMemberRepository::member, projectId, memberId);
  }

  @Override
  public Mono<Long> add(Tx tx, long projectId, Entity entity, Role role) {
    return database
        .in(tx)
        .one(
            ADD,
            row -> Rows.number(row, "id"),
            projectId,
            Database.nullable(entity instanceof Entity.User ? entity.id() : null, Long.class),
            Database.nullable(entity instanceof Entity.Group ? entity.id() : null, Long.class),
            (short) role.id())
        .onErrorMap(
            PgMemberRepository::isMemberAlready,
            error ->
                new RegistryException(
                    ErrorCode.CONFLICT,
                    "this user or group is a member of the project already; change its role",
                    error))
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND,
                    (entity instanceof Entity.User ? "user " : "user group ")
                        + entity.id()
                        + " not found")));
  }

  private static boolean isMemberAlready(Throwable error) {
    return SqlErrors.isDuplicate(error, "project_member_user")
        || SqlErrors.isDuplicate(error, "project_member_group");
  }

  @Override
  public Mono<Boolean> changeRole(Tx tx, long projectId, long memberId, Role role) {
    return database
        .in(tx)
        .update(CHANGE_ROLE, projectId, memberId, (short) role.id())
        .map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> remove(Tx tx, long projectId, long memberId) {
    return database.in(tx).update(REMOVE, projectId, memberId).map(count -> count > 0);
  }

  private static Member member(Readable row) {
    short role = Rows.get(row, "role", Short.class);
    Entity entity =
        Rows.find(row, "user_id", Long.class)
            .<Entity>map(Entity.User::new)
            .orElseGet(() -> new Entity.Group(Rows.number(row, "group_id")));
    return new Member(
        Rows.number(row, "id"),
        Rows.number(row, "project_id"),
        entity,
        Rows.text(row, "entity_name"),
        Role.find(role).orElseThrow(() -> new IllegalStateException("there is no role " + role)));
  }
}
