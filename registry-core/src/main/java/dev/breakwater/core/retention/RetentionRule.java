package dev.breakwater.core.retention;

import dev.breakwater.core.selector.RepositorySelector;
import dev.breakwater.core.selector.TagSelector;

/**
 * Keeps artifacts.
 *
 * @param id counts the rules of a policy from 1 on
 * @param parameter how many, or how many days; 0 where the template has none
 */
public record RetentionRule(
    int id,
    int priority,
    boolean disabled,
    Template template,
    int parameter,
    TagSelector tags,
    RepositorySelector repositories) {
  /** Whether it says anything of this repository, which is named without its project. */
  boolean appliesTo(String repository) {
    return !disabled && repositories.selects(repository);
  }

  /** The rule in a few words, for the log. */
  String words() {
    String what = template.description().replace("#", Integer.toString(parameter));
    return "rule " + id + " keeps " + what;
  }
}
