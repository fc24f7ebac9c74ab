package dev.breakwater.core.repository;

import java.util.Set;

/** Whose repositories are listed. */
public sealed interface RepositoryScope {
  /** All of them. */
  record Everything() implements RepositoryScope {}

  /** Those of a project. */
  record OfProject(long projectId) implements RepositoryScope {}

  /** Those of public projects and of these ones. */
  record PublicAnd(Set<Long> projectIds) implements RepositoryScope {
    public PublicAnd {
      projectIds = Set.copyOf(projectIds);
    }
  }

  /** Those of public projects and of the ones in which a user is a member, also by a group. */
  record PublicAndOf(long userId) implements RepositoryScope {}
}
