package dev.breakwater.http.api.robot;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.robot.RobotRequest;
import dev.breakwater.http.api.Fields;

/** Robots as clients send them. */
final class RobotBody {
  private static final int MAX_DESCRIPTION = 1024;

  private RobotBody() {}

  /**
   * @throws RegistryException BAD_REQUEST if a member is not of its type
   */
  static RobotRequest parse(JsonValue body) {
    return new RobotRequest(
        Fields.text(body, "name"),
        Fields.text(body, "level"),
        description(body),
        Fields.flag(body, "disable").orElse(false),
        Fields.number(body, "duration"),
        Fields.objects(body, "permissions").stream().map(RobotBody::block).toList());
  }

  private static String description(JsonValue body) {
    String text = Fields.text(body, "description");
    if (text.length() > MAX_DESCRIPTION) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "description has " + text.length() + " characters; it may have " + MAX_DESCRIPTION);
    }
    return text;
  }

  private static RobotRequest.Block block(JsonValue value) {
    return new RobotRequest.Block(
        Fields.text(value, "kind"),
        Fields.text(value, "namespace"),
        Fields.objects(value, "access").stream().map(RobotBody::pair).toList());
  }

  /** There is nothing but allowing: a right that was meant to be denied must not be given. */
  private static Permission pair(JsonValue value) {
    String effect = Fields.text(value, "effect");
    if (!effect.isEmpty() && !effect.equals("allow")) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "effect is '" + Printable.shorten(effect) + "'; only allow is possible");
    }
    return Permission.parse(Fields.text(value, "resource"), Fields.text(value, "action"));
  }
}
