package dev.breakwater.storage.sql.robot;

import dev.breakwater.core.query.ListRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The statements of a list of robots. */
final class RobotList {
  private static final String COUNT = "SELECT count(*) AS n FROM robot";

  private final String where;
  private final List<Object> values;

  private RobotList(String where, List<Object> values) {
    this.where = where;
    this.values = List.copyOf(values);
  }

  static RobotList of(Optional<Long> projectId, ListRequest request) {
    return projectId
        .map(id -> new RobotList(" WHERE robot.project_id = $1", List.of(id)))
        .orElseGet(() -> new RobotList(" WHERE robot.project_id IS NULL", List.of()));
  }

  String count() {
    return COUNT + where;
  }

  String page() {
    return PgRobotRepository.SELECT
        + where
        + " ORDER BY robot.id OFFSET $"
        + (values.size() + 1)
        + " LIMIT $"
        + (values.size() + 2);
  }

  Object[] parameters(Object... more) {
    List<Object> all = new ArrayList<>(values);
    all.addAll(List.of(more));
    return all.toArray();
  }
}
