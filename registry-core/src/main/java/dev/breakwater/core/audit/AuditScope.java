package dev.breakwater.core.audit;

import dev.breakwater.core.access.Role;
import java.util.Set;

/** Which lines of the audit log a list may show. */
public sealed interface AuditScope {
  /** All of them. */
  record Everything() implements AuditScope {}

  /** Those of every project, and not those of the system. */
  record OfEveryProject() implements AuditScope {}

  /** Those of one project. */
  record OfProject(long projectId) implements AuditScope {}

  /** Those of these projects. */
  record OfProjects(Set<Long> projectIds) implements AuditScope {
    public OfProjects {
      projectIds = Set.copyOf(projectIds);
    }
  }

  /** Those of the projects in which a user has one of these roles, also through a group. */
  record OfMember(long userId, Set<Role> roles) implements AuditScope {
    public OfMember {
      roles = Set.copyOf(roles);
    }
  }
}
