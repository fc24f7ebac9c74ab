package dev.breakwater.core.project;

import dev.breakwater.core.principal.Caller;

/** Who may do what with projects as such; the decision is taken where all permissions are. */
public interface ProjectAccess {
  boolean maySeeEveryProject(Caller caller);

  boolean maySee(Caller caller, Project project);

  boolean mayCreate(Caller caller);

  boolean mayDelete(Caller caller, Project project);

  /** Forgets what is known of a project: it has changed. */
  void forget(String project);
}
