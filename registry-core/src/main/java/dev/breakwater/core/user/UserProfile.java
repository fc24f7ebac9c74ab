package dev.breakwater.core.user;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.util.regex.Pattern;

/**
 * What users tell about themselves.
 *
 * @param email empty: none
 */
public record UserProfile(String email, String realName, String comment) {
  private static final int MAX_LENGTH = 255;

  /** Rough on purpose: whether mail arrives there is known by sending some. */
  private static final Pattern EMAIL =
      Pattern.compile("[^\\s@<>()\\[\\]\\\\,;:\"]++@[A-Za-z0-9.-]++");

  private static final String ILLEGAL = ",~#$%";

  /**
   * @throws RegistryException BAD_REQUEST
   */
  public UserProfile {
    if (!email.isEmpty() && (email.length() > MAX_LENGTH || !EMAIL.matcher(email).matches())) {
      throw bad("email with illegal format");
    }
    if (realName.length() > MAX_LENGTH || hasIllegal(realName)) {
      throw bad("realname is longer than " + MAX_LENGTH + " or has one of the characters ,~#$%");
    }
    if (comment.length() > MAX_LENGTH) {
      throw bad("comment is longer than " + MAX_LENGTH + " characters");
    }
  }

  static boolean hasIllegal(String text) {
    return text.chars().anyMatch(c -> ILLEGAL.indexOf(c) >= 0 || Character.isISOControl(c));
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
