package dev.breakwater.core.group;

import dev.breakwater.core.user.UserSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person as a directory, provider or proxy describes them.
 *
 * @param source who describes them
 * @param groups the groups that they are in now
 * @param administers whether they may do everything here, for what they are there
 */
public record ExternalIdentity(
    UserSource source,
    String username,
    @Nullable String email,
    String realName,
    String comment,
    List<NewGroup> groups,
    boolean administers) {
  public ExternalIdentity {
    groups = List.copyOf(groups);
  }
}
