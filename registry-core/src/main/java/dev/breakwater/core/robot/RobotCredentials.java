package dev.breakwater.core.robot;

/**
 * A robot with what proves that it is it.
 *
 * @param secretHash in the form that the identity module's password hasher writes and reads
 */
public record RobotCredentials(Robot robot, String secretHash) {

  /** Without the hash: this may end up in a log. */
  @Override
  public String toString() {
    return "RobotCredentials[robot=" + robot.name() + "]";
  }
}
