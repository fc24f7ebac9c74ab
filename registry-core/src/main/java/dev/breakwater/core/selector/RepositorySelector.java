package dev.breakwater.core.selector;

/**
 * Chooses repositories by their names without the project.
 *
 * @param excluding whether those are chosen that do not match
 */
public record RepositorySelector(boolean excluding, Doublestar pattern) {
  /** The one that chooses all. */
  public static final RepositorySelector ALL =
      new RepositorySelector(false, Doublestar.parse("**"));

  /**
   * @param name without the project
   */
  public boolean selects(String name) {
    return pattern.matches(name) != excluding;
  }
}
