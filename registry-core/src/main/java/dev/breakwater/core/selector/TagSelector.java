package dev.breakwater.core.selector;

import java.util.Collection;

/**
 * Chooses artifacts by their tags.
 *
 * @param excluding whether tags are meant that do not match
 * @param untagged whether the pattern stands for artifacts without a tag, too; together with {@code
 *     excluding}, those are left out then
 */
public record TagSelector(boolean excluding, Doublestar pattern, boolean untagged) {
  /** Whether this tag is meant. */
  public boolean selects(String tag) {
    return pattern.matches(tag) != excluding;
  }

  /** Whether an artifact with these tags is chosen: one tag that is meant is enough. */
  public boolean selects(Collection<String> tags) {
    return tags.isEmpty() ? untagged != excluding : tags.stream().anyMatch(this::selects);
  }
}
