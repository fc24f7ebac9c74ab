package dev.breakwater.core.immutability;

import dev.breakwater.core.selector.RepositorySelector;
import dev.breakwater.core.selector.TagSelector;

/**
 * Protects tags, once they are there.
 *
 * @param repositories in which repositories of the project
 * @param tags which tags; untagged artifacts have none
 */
public record ImmutableRule(
    long id, boolean disabled, RepositorySelector repositories, TagSelector tags) {
  boolean protects(String repository, String tag) {
    return !disabled && repositories.selects(repository) && tags.selects(tag);
  }
}
