package dev.breakwater.core.robot;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.RobotPermissions;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.project.ProjectRepository;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Understands the permission blocks of a request. */
final class RobotBlocks {
  /** A registry has more projects, but nobody lists them all for one robot. */
  private static final int MAX_BLOCKS = 500;

  private final ProjectRepository projects;

  RobotBlocks(ProjectRepository projects) {
    this.projects = projects;
  }

  /**
   * The blocks with their projects.
   *
   * @return an error BAD_REQUEST for what no robot of the level can have, NOT_FOUND for a project
   *     that is not there
   */
  Mono<List<RobotBlock>> resolve(RobotRequest request) {
    return Mono.defer(() -> {
      requireShape(request);
      return Flux.fromIterable(request.blocks()).concatMap(this::resolve).collectList();
    });
  }

  private static void requireShape(RobotRequest request) {
    if (request.blocks().isEmpty() || request.blocks().size() > MAX_BLOCKS) {
      throw bad("permissions needs 1 to " + MAX_BLOCKS + " entries");
    }
    if (request.level().equals("project")) {
      RobotRequest.Block only = request.blocks().getFirst();
      boolean ownProject = only.kind().equals("project") && !only.namespace().equals("*");
      if (request.blocks().size() != 1 || !ownProject) {
        throw bad("a robot of the level 'project' needs exactly one permission, for its project");
      }
    }
    request.blocks().forEach(RobotBlocks::requirePairs);
  }

  private static void requirePairs(RobotRequest.Block block) {
    Set<Permission> possible =
        switch (block.kind()) {
          case "system" -> RobotPermissions.system();
          case "project" -> RobotPermissions.project();
          default ->
              throw bad(
                  "permission kind '"
                      + Printable.shorten(block.kind())
                      + "' is neither system nor project");
        };
    if (block.kind().equals("system") && !block.namespace().equals("/")) {
      throw bad("the namespace of a permission of the kind 'system' is '/'");
    }
    if (block.permissions().isEmpty()) {
      throw bad("a permission has no access");
    }
    for (Permission permission : block.permissions()) {
      if (!possible.contains(permission)) {
        throw bad("a robot cannot be given " + permission + " for the kind '" + block.kind() + "'");
      }
    }
  }

  private Mono<RobotBlock> resolve(RobotRequest.Block block) {
    LinkedHashSet<Permission> permissions = new LinkedHashSet<>(block.permissions());
    if (block.kind().equals("system")) {
      return Mono.just(new RobotBlock(new RobotScope.System(), permissions));
    }
    if (block.namespace().equals("*")) {
      return Mono.just(new RobotBlock(new RobotScope.EveryProject(), permissions));
    }
    return projects
        .findByName(block.namespace())
        .switchIfEmpty(Mono.error(() -> unknown(block.namespace())))
        .map(project ->
            new RobotBlock(
                new RobotScope.OneProject(project.id(), project.name().value()), permissions));
  }

  private static RegistryException unknown(String project) {
    return new RegistryException(
        ErrorCode.NOT_FOUND, "project " + Printable.shorten(project) + " not found");
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
