package dev.breakwater.core.expiry;

import dev.breakwater.core.manifest.Lifetime;
import dev.breakwater.core.selector.Doublestar;
import dev.breakwater.core.selector.RepositorySelector;

/**
 * Lets artifacts end.
 *
 * @param id {@link #NEW} before it has one
 * @param repositories in which repositories of the project
 * @param excluding whether tags are meant that do not match
 * @param lifetime how long the artifact lives after it got the tag
 */
public record ExpiryRule(
    long id,
    boolean disabled,
    RepositorySelector repositories,
    boolean excluding,
    Doublestar tags,
    Lifetime lifetime) {
  /** What a rule's number is before it has one. */
  public static final long NEW = 0;

  boolean appliesTo(String repository, String tag) {
    return !disabled && repositories.selects(repository) && tags.matches(tag) != excluding;
  }

  boolean saysTheSameAs(ExpiryRule other) {
    return repositories.equals(other.repositories)
        && excluding == other.excluding
        && tags.equals(other.tags);
  }
}
