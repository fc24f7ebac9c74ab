package dev.breakwater.core.group;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.user.UserSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person as a directory, provider or proxy describes them.
 *
 * @param source who describes them
 * @param username 1 to 255 characters, none of them a control character
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
  private static final int MAX_LENGTH = 255;

  public ExternalIdentity {
    if (username.isBlank()
        || username.length() > MAX_LENGTH
        || username.chars().anyMatch(Character::isISOControl)) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "'" + Printable.shorten(username) + "' cannot be the name of a user here");
    }
    groups = List.copyOf(groups);
  }
}
