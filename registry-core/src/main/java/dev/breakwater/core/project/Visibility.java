package dev.breakwater.core.project;

import java.util.Set;

/** Which projects a list may show; public ones it always may. */
public sealed interface Visibility {
  /** All of them. */
  record Everything() implements Visibility {}

  /** Those in which the user is a member, by themselves or through a group. */
  record OfUser(long userId) implements Visibility {}

  /** These. */
  record OfProjects(Set<Long> ids) implements Visibility {
    public OfProjects {
      ids = Set.copyOf(ids);
    }
  }

  /** None but public ones. */
  static Visibility ofAnybody() {
    return new OfProjects(Set.of());
  }
}
