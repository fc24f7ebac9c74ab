package dev.breakwater.storage.sql;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;

/**
 * Texts of clients that a row can hold: PostgreSQL has no NUL, and half of a surrogate pair would
 * become a question mark, which is another text.
 */
public final class StorableText {
  private StorableText() {}

  /** Whether a row could hold it; one that none can hold is equal to none. */
  public static boolean fits(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param what names the value in the error message
   * @throws RegistryException BAD_REQUEST when no row can hold it
   */
  public static String require(String what, String text) {
    if (!fits(text)) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          what + " '" + Printable.shorten(text) + "' has a character that is not allowed");
    }
    return text;
  }
}
