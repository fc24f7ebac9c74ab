package dev.breakwater.core.robot;

import dev.breakwater.core.access.RobotAccess;
import dev.breakwater.core.principal.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An account of a program. Its secret's hash is not part of it: see {@link RobotCredentials}.
 *
 * @param name without the prefix: {@code name}, or {@code project+name} for one of a project
 * @param projectId the project it belongs to; empty: the system
 * @param days how long it was made for; -1: for ever
 * @param expiresAt empty: never
 * @param creator who made it
 * @param blocks what it may do, in the order given
 */
public record Robot(
    long id,
    String name,
    Optional<Long> projectId,
    String description,
    int days,
    Optional<Instant> expiresAt,
    boolean disabled,
    RobotCreator creator,
    Instant createdAt,
    Instant updatedAt,
    List<RobotBlock> blocks) {
  public Robot {
    blocks = List.copyOf(blocks);
  }

  /** Whether it may log in at that time. */
  public boolean isGood(Instant now) {
    return !disabled && expiresAt.map(now::isBefore).orElse(true);
  }

  /** What it may do. */
  public RobotAccess access() {
    return RobotBlock.access(blocks);
  }

  /** The robot as it acts, under the prefix that is set now. */
  public Principal.Robot principal(String prefix) {
    return new Principal.Robot(id, prefix + name, projectId, access());
  }
}
