package dev.breakwater.storage.sql.permission;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.permission.RoleRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Roles as the rows of members, of users and of their groups. */
public final class PgRoleRepository implements RoleRepository {
  static final String ROLES =
      """
      SELECT project_id, role FROM project_member
      WHERE user_id = $1 AND project_id = ANY ($2)
      UNION
      SELECT member.project_id, member.role
      FROM user_group_membership AS membership
      JOIN project_member AS member ON member.group_id = membership.group_id
      WHERE membership.user_id = $1 AND member.project_id = ANY ($2)
      """;

  static final String ADMINISTERS =
      """
      SELECT EXISTS (SELECT FROM project_member WHERE user_id = $1 AND role = 1)
          OR EXISTS (
            SELECT FROM user_group_membership AS membership
            JOIN project_member AS member ON member.group_id = membership.group_id
            WHERE membership.user_id = $1 AND member.role = 1) AS administers
      """;

  private final Database database;

  public PgRoleRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Set<Role>> rolesOf(long userId, long projectId) {
    return rolesOf(userId, Set.of(projectId)).map(roles -> roles.getOrDefault(projectId, Set.of()));
  }

  @Override
  public Mono<Map<Long, Set<Role>>> rolesOf(long userId, Set<Long> projectIds) {
    return database
        .many(ROLES, PgRoleRepository::held, userId, projectIds.toArray(new Long[0]))
        .map(PgRoleRepository::byProject);
  }

  @Override
  public Mono<Boolean> administersSomeProject(long userId) {
    return database.one(ADMINISTERS, row -> Rows.flag(row, "administers"), userId);
  }

  private static Map<Long, Set<Role>> byProject(List<Held> rows) {
    Map<Long, Set<Role>> roles = new HashMap<>();
    for (Held row : rows) {
      roles.computeIfAbsent(row.projectId(), _ -> EnumSet.noneOf(Role.class)).add(row.role());
    }
    return roles;
  }

  private static Held held(Readable row) {
    short id = Rows.get(row, "role", Short.class);
    return new Held(
        Rows.number(row, "project_id"),
        Role.find(id).orElseThrow(() -> new IllegalStateException("there is no role " + id)));
  }

  private record Held(long projectId, Role role) {}
}
