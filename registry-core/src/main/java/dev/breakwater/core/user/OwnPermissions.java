package dev.breakwater.core.user;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.ProjectRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/** What callers may do themselves, somewhere. */
public final class OwnPermissions {
  private static final Pattern PROJECT = Pattern.compile("/project/([0-9]{1,18})");

  /** What system administrators are shown of the system. */
  private static final String SYSTEM =
      """
      catalog: read
      audit-log: list
      project: create read update delete list
      user: create read update delete list
      user-group: create read update delete list
      registry: create read update delete list
      replication: create read update delete list
      distribution: create read update delete list
      garbage-collection: create read update delete list
      scan-all: create read update delete list stop
      system-volumes: read
      ldap-user: create list
      configuration: read update
      jobservice-monitor: read list stop
      security-hub: read list
      federation: create read update delete list
      """;

  private final ProjectRepository projects;
  private final Authorizer authorizer;

  public OwnPermissions(ProjectRepository projects, Authorizer authorizer) {
    this.projects = projects;
    this.authorizer = authorizer;
  }

  /**
   * In their order; none for a scope that there is not.
   *
   * @param scope {@code /system}, or {@code /project/} and a number
   */
  public Mono<List<Permission>> list(Caller caller, String scope) {
    if (caller.isAnonymous()) {
      return Mono.error(() -> new RegistryException(ErrorCode.UNAUTHORIZED, "log in first"));
    }
    Matcher project = PROJECT.matcher(scope);
    if (project.matches()) {
      return projects
          .findById(Long.parseLong(project.group(1)))
          .flatMap(found -> authorizer.permissions(caller.principal(), found))
          .map(permissions -> permissions.stream().sorted().toList())
          .defaultIfEmpty(List.of());
    }
    return Mono.just(
        scope.equals("/system")
            ? system().stream().filter(each -> authorizer.allowsInSystem(caller, each)).toList()
            : List.of());
  }

  private static List<Permission> system() {
    List<Permission> all = new ArrayList<>();
    for (String line : SYSTEM.strip().split("\n", -1)) {
      int colon = line.indexOf(':');
      for (String verb : line.substring(colon + 1).strip().split(" ", -1)) {
        all.add(Permission.parse(line.substring(0, colon), verb));
      }
    }
    return all;
  }
}
