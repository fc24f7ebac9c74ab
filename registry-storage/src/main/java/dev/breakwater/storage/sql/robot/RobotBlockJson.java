package dev.breakwater.storage.sql.robot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.robot.RobotBlock;
import dev.breakwater.core.robot.RobotScope;
import java.util.LinkedHashSet;
import java.util.List;

/** The blocks of a robot, as the statement collects them. */
final class RobotBlockJson {
  private RobotBlockJson() {}

  static List<RobotBlock> parse(String json) {
    return Json.parse(json.getBytes(UTF_8)).elements().stream().map(RobotBlockJson::block).toList();
  }

  private static RobotBlock block(JsonValue value) {
    LinkedHashSet<Permission> permissions = new LinkedHashSet<>();
    value.get("access").elements().forEach(pair -> permissions.add(permission(text(pair))));
    return new RobotBlock(scope(value), permissions);
  }

  private static RobotScope scope(JsonValue value) {
    return switch (text(value.get("scope"))) {
      case "system" -> new RobotScope.System();
      case "every_project" -> new RobotScope.EveryProject();
      default ->
          new RobotScope.OneProject(
              value.get("project").wholeNumber().orElseThrow(), text(value.get("name")));
    };
  }

  private static Permission permission(String pair) {
    int colon = pair.indexOf(':');
    return Permission.parse(pair.substring(0, colon), pair.substring(colon + 1));
  }

  private static String text(JsonValue value) {
    return value.text().orElseThrow();
  }
}
