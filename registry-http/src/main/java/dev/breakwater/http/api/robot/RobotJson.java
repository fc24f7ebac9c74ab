package dev.breakwater.http.api.robot;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.robot.CreatedRobot;
import dev.breakwater.core.robot.Robot;
import dev.breakwater.core.robot.RobotBlock;
import dev.breakwater.core.robot.RobotScope;
import dev.breakwater.http.api.ApiAnswers;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Robots in the shapes of Harbor's API. */
final class RobotJson {
  private static final long NEVER = -1;

  private RobotJson() {}

  static Map<String, Object> of(Robot robot, String prefix) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", robot.id());
    json.put("name", prefix + robot.name());
    if (!robot.description().isEmpty()) {
      json.put("description", robot.description());
    }
    json.put("level", robot.projectId().isPresent() ? "project" : "system");
    json.put("duration", robot.days());
    json.put("editable", true);
    json.put("disable", robot.disabled());
    json.put("expires_at", expiry(robot));
    json.put("permissions", robot.blocks().stream().map(RobotJson::block).toList());
    json.put("creator_type", robot.creator().kind().label());
    json.put("creator_ref", robot.creator().id());
    json.put("creation_time", ApiAnswers.time(robot.createdAt()));
    json.put("update_time", ApiAnswers.time(robot.updatedAt()));
    return json;
  }

  static Map<String, Object> created(CreatedRobot created) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", created.robot().id());
    json.put("name", created.loginName());
    json.put("secret", created.secret());
    json.put("creation_time", ApiAnswers.time(created.robot().createdAt()));
    json.put("expires_at", expiry(created.robot()));
    return json;
  }

  private static long expiry(Robot robot) {
    return robot.expiresAt().map(Instant::getEpochSecond).orElse(NEVER);
  }

  private static Map<String, Object> block(RobotBlock block) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", block.scope() instanceof RobotScope.System ? "system" : "project");
    json.put(
        "namespace",
        switch (block.scope()) {
          case RobotScope.System _ -> "/";
          case RobotScope.EveryProject _ -> "*";
          case RobotScope.OneProject project -> project.name();
        });
    json.put("access", block.permissions().stream().map(RobotJson::pair).toList());
    return json;
  }

  private static Map<String, Object> pair(Permission permission) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("resource", permission.resource().label());
    json.put("action", permission.verb().label());
    json.put("effect", "allow");
    return json;
  }
}
