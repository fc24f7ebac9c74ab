package dev.breakwater.core.user;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.secret.PasswordRule;

/**
 * A user about to be made, as a client describes them.
 *
 * @param password in clear
 */
public record Registration(String username, String password, UserProfile profile) {
  private static final int MAX_LENGTH = 255;

  /**
   * @throws RegistryException BAD_REQUEST
   */
  public Registration {
    if (username.isBlank() || username.length() > MAX_LENGTH) {
      throw bad("username needs 1 to " + MAX_LENGTH + " characters");
    }
    // A colon would end it in Basic credentials.
    if (UserProfile.hasIllegal(username)
        || username.indexOf(':') >= 0
        || !username.strip().equals(username)) {
      throw bad("username contains illegal characters: none of ,~#$%: and no blank at its ends");
    }
    PasswordRule.require(password);
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }

  /** Without the password: this may end up in a log. */
  @Override
  public String toString() {
    return "Registration[" + username + "]";
  }
}
