package dev.breakwater.core.permission;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.RobotPermissions;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import java.util.List;
import reactor.core.publisher.Mono;

/** Tells whoever may create robots what these can be given. */
public final class ListPermissions {
  private final RoleRepository roles;

  public ListPermissions(RoleRepository roles) {
    this.roles = roles;
  }

  /** For administrators of the system all pairs, for those of a project the pairs of a project. */
  public Mono<Pairs> list(Caller caller) {
    if (caller.grants().isPresent() || caller.isAnonymous()) {
      return Mono.error(
          new RegistryException(ErrorCode.UNAUTHORIZED, "log in to see the permissions"));
    }
    List<Permission> project = List.copyOf(RobotPermissions.project());
    if (caller.principal().systemAdministrator()) {
      return Mono.just(new Pairs(List.copyOf(RobotPermissions.system()), project));
    }
    return administersSomeProject(caller.principal())
        .flatMap(administers ->
            administers
                ? Mono.just(new Pairs(List.of(), project))
                : Mono.error(
                    new RegistryException(
                        ErrorCode.DENIED,
                        "only administrators of the system or of a project see the permissions")));
  }

  private Mono<Boolean> administersSomeProject(Principal principal) {
    return principal instanceof Principal.User user
        ? roles.administersSomeProject(user.id())
        : Mono.just(false);
  }

  /** What can be given in the system and in a project. */
  public record Pairs(List<Permission> system, List<Permission> project) {}
}
