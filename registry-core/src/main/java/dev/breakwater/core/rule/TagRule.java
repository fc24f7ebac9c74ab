package dev.breakwater.core.rule;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.selector.RepositorySelector;
import dev.breakwater.core.selector.TagSelector;

/** A rule of a project about the tags that its selectors choose. */
public interface TagRule {
  /** What a rule's number is before it has one. */
  long NEW = 0;

  long id();

  boolean disabled();

  /** In which repositories of the project. */
  RepositorySelector repositories();

  TagSelector tags();

  /** Whether it says anything of this tag now. */
  default boolean appliesTo(RepositoryName repository, Tag tag) {
    return !disabled()
        && repositories().selects(repository.inProject())
        && tags().selects(tag.value());
  }

  /** Whether it is another rule for the same tags; what has no tag does not count. */
  default boolean repeats(TagRule other) {
    return id() != other.id()
        && repositories().equals(other.repositories())
        && tags().excluding() == other.tags().excluding()
        && tags().pattern().equals(other.tags().pattern());
  }
}
