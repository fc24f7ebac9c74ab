package dev.breakwater.core.robot;

import dev.breakwater.core.access.Permission;
import java.util.List;
import java.util.Optional;

/**
 * A robot as a client describes it.
 *
 * @param days empty: as is usual here
 */
public record RobotRequest(
    String name,
    String level,
    String description,
    boolean disabled,
    Optional<Long> days,
    List<Block> blocks) {
  public RobotRequest {
    blocks = List.copyOf(blocks);
  }

  /**
   * What it shall be allowed somewhere.
   *
   * @param kind {@code system} or {@code project}
   * @param namespace {@code /}, a project's name, or {@code *}
   */
  public record Block(String kind, String namespace, List<Permission> permissions) {
    public Block {
      permissions = List.copyOf(permissions);
    }
  }
}
