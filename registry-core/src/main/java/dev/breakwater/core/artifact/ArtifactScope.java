package dev.breakwater.core.artifact;

/** Whose artifacts are listed. */
public sealed interface ArtifactScope {
  /** The repository's number, or the project's. */
  long id();

  /**
   * Those of a repository.
   *
   * @param projectId of the repository
   */
  record OfRepository(long id, long projectId) implements ArtifactScope {}

  /**
   * Those of all repositories of a project.
   *
   * @param latestOnly only the one of each repository that was pushed last
   */
  record OfProject(long id, boolean latestOnly) implements ArtifactScope {}
}
