package dev.breakwater.core.robot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A robot about to get a row.
 *
 * @param name without the prefix
 * @param secretHash see {@link RobotCredentials#secretHash()}
 */
public record NewRobot(
    String name,
    Optional<Long> projectId,
    String description,
    int days,
    Optional<Instant> expiresAt,
    boolean disabled,
    RobotCreator creator,
    List<RobotBlock> blocks,
    String secretHash) {
  public NewRobot {
    blocks = List.copyOf(blocks);
  }

  /** Without the hash: this may end up in a log. */
  @Override
  public String toString() {
    return "NewRobot[name=" + name + "]";
  }
}
