package dev.breakwater.core.robot;

/**
 * A robot and the secret that nobody can read again.
 *
 * @param loginName with the prefix
 */
public record CreatedRobot(Robot robot, String loginName, String secret) {

  /** Without the secret: this may end up in a log. */
  @Override
  public String toString() {
    return "CreatedRobot[" + loginName + "]";
  }
}
