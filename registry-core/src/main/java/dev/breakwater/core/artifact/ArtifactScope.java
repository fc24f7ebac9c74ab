package dev.breakwater.core.artifact;

/** Whose artifacts are listed. */
public sealed interface ArtifactScope {
  /** Those of a repository. */
  record OfRepository(long repositoryId) implements ArtifactScope {}

  /**
   * Those of all repositories of a project.
   *
   * @param latestOnly only the one of each repository that was pushed last
   */
  record OfProject(long projectId, boolean latestOnly) implements ArtifactScope {}
}
