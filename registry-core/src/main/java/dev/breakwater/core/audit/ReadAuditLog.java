package dev.breakwater.core.audit;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Role;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Lists what was done. */
public final class ReadAuditLog {
  private static final Permission OF_PROJECT = Permission.of(Resource.LOG, Verb.LIST);
  private static final Permission OF_SYSTEM = Permission.of(Resource.AUDIT_LOG, Verb.LIST);

  private static final Set<Role> READERS =
      Arrays.stream(Role.values())
          .filter(role -> role.permissions().contains(OF_PROJECT))
          .collect(Collectors.toUnmodifiableSet());

  private final AuditRepository entries;
  private final Authorizer authorizer;

  public ReadAuditLog(AuditRepository entries, Authorizer authorizer) {
    this.entries = entries;
    this.authorizer = authorizer;
  }

  /** One page of what was done in the project. */
  public Mono<Slice<AuditEntry>> ofProject(Caller caller, Project project, ListRequest request) {
    return authorizer
        .require(caller, project, OF_PROJECT)
        .then(Mono.defer(() -> entries.list(new AuditScope.OfProject(project.id()), request)));
  }

  /** One page of what was done wherever the caller may look. */
  public Mono<Slice<AuditEntry>> everywhere(Caller caller, ListRequest request) {
    return Mono.defer(() -> entries.list(scope(caller), request));
  }

  /** Completes empty for whoever is somebody. */
  public Mono<Void> requireSomebody(Caller caller) {
    return caller.isAnonymous()
        ? Mono.error(new RegistryException(ErrorCode.UNAUTHORIZED, "log in to see audit logs"))
        : Mono.empty();
  }

  private AuditScope scope(Caller caller) {
    if (authorizer.allowsInSystem(caller, OF_SYSTEM)) {
      return new AuditScope.Everything();
    }
    return switch (caller.principal()) {
      case Principal.Anonymous _ ->
          throw new RegistryException(ErrorCode.UNAUTHORIZED, "log in to see audit logs");
      case Principal.User user -> new AuditScope.OfMember(user.id(), READERS);
      case Principal.Robot robot when robot.access().everyProject().contains(OF_PROJECT) ->
          new AuditScope.OfEveryProject();
      case Principal.Robot robot ->
          new AuditScope.OfProjects(
              robot.access().projects().entrySet().stream()
                  .filter(entry -> entry.getValue().contains(OF_PROJECT))
                  .map(Map.Entry::getKey)
                  .collect(Collectors.toSet()));
    };
  }
}
