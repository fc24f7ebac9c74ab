package dev.breakwater.core.robot;

/** Where a robot may do something. */
public sealed interface RobotScope {
  /** In the system. */
  record System() implements RobotScope {}

  /** In every project, also in those to come. */
  record EveryProject() implements RobotScope {}

  /**
   * In one project.
   *
   * @param name for people; rights go by the number
   */
  record OneProject(long id, String name) implements RobotScope {}
}
