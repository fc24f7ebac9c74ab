package dev.breakwater.core.oci;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;

/**
 * A tag: {@code [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}} (OCI distribution-spec, "Pulling manifests").
 */
public record Tag(String value) {
  public static final int MAX_LENGTH = 128;

  public Tag {
    if (!isValid(value)) {
      throw new RegistryException(
          ErrorCode.TAG_INVALID,
          "'"
              + Printable.shorten(value)
              + "' is not a tag; expected 1 to 128 letters, digits, '_', '.' or '-', the first one"
              + " neither '.' nor '-'");
    }
  }

  /**
   * @throws RegistryException TAG_INVALID when the text breaks the grammar
   */
  public static Tag parse(String text) {
    return new Tag(text);
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      if (!word && (i == 0 || (c != '.' && c != '-'))) {
        return false;
      }
    }
    return true;
  }
}
