package dev.breakwater.core.statistics;

/**
 * How much there is, as far as the caller may know.
 *
 * @param everything how many there are in all, and how many bytes projects use; zeros for whoever
 *     does not administer the system
 */
public record Statistics(Count privateOnes, Count publicOnes, Count everything, long bytes) {
  /** Of projects and their repositories. */
  public record Count(long projects, long repositories) {
    public Count plus(Count other) {
      return new Count(projects + other.projects, repositories + other.repositories);
    }
  }
}
