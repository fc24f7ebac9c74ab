package dev.breakwater.core.secret;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;

/** What passwords and secrets that people choose must be like. */
public final class PasswordRule {
  private static final int MIN_LENGTH = 8;
  private static final int MAX_LENGTH = 128;

  private PasswordRule() {}

  public static boolean isKept(String password) {
    return password.length() >= MIN_LENGTH
        && password.length() <= MAX_LENGTH
        && has(password, 'A', 'Z')
        && has(password, 'a', 'z')
        && has(password, '0', '9');
  }

  /**
   * @throws RegistryException BAD_REQUEST, without the password
   */
  public static void require(String password) {
    if (!isKept(password)) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "a password or secret needs "
              + MIN_LENGTH
              + " to "
              + MAX_LENGTH
              + " characters, with at least one upper-case letter, one lower-case letter and one"
              + " digit");
    }
  }

  private static boolean has(String password, char first, char last) {
    return password.chars().anyMatch(c -> c >= first && c <= last);
  }
}
