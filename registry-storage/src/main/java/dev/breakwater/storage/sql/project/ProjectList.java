package dev.breakwater.storage.sql.project;

import dev.breakwater.core.project.Visibility;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.StorableText;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The ids of projects in pages: the pages are planned anew each time, for which a short statement
 * takes a third of the time. Everybody sees the public ones, members the private ones that they are
 * in: each part is counted by an index of its own, and left out when it was not asked for.
 */
final class ProjectList {
  /** How many there are altogether, and how many public ones, is kept, not counted. */
  private static final Map<String, String> KEPT =
      Map.of(
          "", "SELECT present AS n FROM project_total",
          " WHERE project.is_public", "SELECT public AS n FROM project_total");

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

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("project.name", "project.id")
          .text("name", "project.name")
          .number("project_id", "project.id")
          .flag("public", "project.is_public")
          .number("owner_id", "project.owner_id")
          .time("creation_time", "project.created_at")
          .time("update_time", "project.updated_at");

  private final Database database;

  ProjectList(Database database) {
    this.database = database;
  }

  Mono<Slice<Long>> ids(Visibility visibility, Optional<String> owner, ListRequest request) {
    return owner.isEmpty() && request.conditions().isEmpty()
        ? everything(visibility, request).switchIfEmpty(narrowed(visibility, owner, request))
        : narrowed(visibility, owner, request);
  }

  /** Empty when there are none on the page. */
  private Mono<Slice<Long>> everything(Visibility visibility, ListRequest request) {
    return Mono.defer(
            () -> {
              Conditions all = scope(visibility, request);
              return database.many(
                  pageAndTotal(visibility, all, request),
                  row -> new Counted(Rows.number(row, "id"), Rows.number(row, "total")),
                  all.parameters(request.offset(), request.limit()));
            })
        .filter(rows -> !rows.isEmpty())
        .map(rows -> new Slice<>(rows.stream().map(Counted::id).toList(), rows.getFirst().total()));
  }

  private Mono<Slice<Long>> narrowed(
      Visibility visibility, Optional<String> owner, ListRequest request) {
    return Mono.defer(() -> {
      Conditions all = narrowed(scope(visibility, request), owner, request);
      return ListColumns.slice(
          database,
          page(all, request),
          all,
          request,
          row -> Rows.number(row, "id"),
          () ->
              Flux.fromIterable(disjoint(visibility, request))
                  .concatMap(part -> count(narrowed(part, owner, request)))
                  .reduce(0L, Long::sum));
    });
  }

  /**
   * How many there are is mostly kept or small. A part of what is seen has the values of the whole,
   * or none.
   */
  static String pageAndTotal(Visibility visibility, Conditions all, ListRequest request) {
    String total =
        disjoint(visibility, request).stream()
            .map(part -> "(" + count(part.where()) + ")")
            .collect(Collectors.joining(" + "));
    return COLUMNS.page("SELECT project.id, " + total + " AS total FROM project", all, request);
  }

  static String page(Conditions conditions, ListRequest request) {
    return COLUMNS.page("SELECT project.id FROM project", conditions, request);
  }

  private Mono<Long> count(Conditions conditions) {
    return database.one(
        count(conditions.where()), row -> Rows.number(row, "n"), conditions.parameters());
  }

  /**
   * @param where with a blank in front
   */
  static String count(String where) {
    return KEPT.getOrDefault(where, "SELECT count(*) AS n FROM project" + where);
  }

  /** What is asked for of what is seen, in parts that have nothing in common. */
  static List<Conditions> disjoint(Visibility visibility, ListRequest request) {
    Optional<Visible> privately = visibleTo(visibility);
    if (privately.isEmpty()) {
      return List.of(new Conditions());
    }
    Optional<Boolean> asked = isPublic(request);
    List<Conditions> parts = new ArrayList<>();
    if (asked.orElse(true)) {
      parts.add(new Conditions().and("project.is_public"));
    }
    if (!asked.orElse(false)) {
      Conditions members = new Conditions().and("NOT project.is_public");
      privately.get().add(members, "");
      parts.add(members);
    }
    return parts;
  }

  /** The same as one. */
  static Conditions scope(Visibility visibility, ListRequest request) {
    List<Conditions> parts = disjoint(visibility, request);
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    Conditions either = new Conditions();
    visibleTo(visibility).ifPresent(of -> of.add(either, "project.is_public OR "));
    return either;
  }

  private static Optional<Boolean> isPublic(ListRequest request) {
    for (Condition condition : request.conditions()) {
      if (condition instanceof Condition.Exact(String field, String value)
          && field.equals("public")) {
        return switch (value) {
          case "true" -> Optional.of(true);
          case "false" -> Optional.of(false);
          default -> Optional.empty();
        };
      }
    }
    return Optional.empty();
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

  /**
   * @param total how many there are altogether
   */
  private record Counted(long id, long total) {}

  /** A condition with its values. */
  record Visible(String sql, Object[] values) {
    void add(Conditions conditions, String before) {
      conditions.and("(" + before + sql + ")", values);
    }
  }
}
