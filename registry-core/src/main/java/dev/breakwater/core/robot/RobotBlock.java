package dev.breakwater.core.robot;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.RobotAccess;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/** What a robot may do somewhere. */
public record RobotBlock(RobotScope scope, SequencedSet<Permission> permissions) {
  public RobotBlock {
    permissions = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(permissions));
  }

  /** What all the blocks together allow. */
  static RobotAccess access(List<RobotBlock> blocks) {
    Set<Permission> system = new HashSet<>();
    Set<Permission> everyProject = new HashSet<>();
    Map<Long, Set<Permission>> projects = new HashMap<>();
    for (RobotBlock block : blocks) {
      switch (block.scope()) {
        case RobotScope.System _ -> system.addAll(block.permissions());
        case RobotScope.EveryProject _ -> everyProject.addAll(block.permissions());
        case RobotScope.OneProject project ->
            projects
                .computeIfAbsent(project.id(), _ -> new HashSet<>())
                .addAll(block.permissions());
      }
    }
    return new RobotAccess(system, everyProject, projects);
  }
}
