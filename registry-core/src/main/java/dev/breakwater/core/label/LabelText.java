package dev.breakwater.core.label;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;

/**
 * What people read and see of a label.
 *
 * @param name 1 to {@value #MAX_NAME} characters
 * @param color such as {@code #0065AB}; empty: none in particular
 */
public record LabelText(String name, String description, String color) {
  static final int MAX_NAME = 128;
  private static final int MAX_DESCRIPTION = 1024;
  private static final int MAX_COLOR = 16;

  /**
   * @throws RegistryException BAD_REQUEST for texts that are too long, or have signs that are none
   */
  public LabelText {
    if (name.isBlank()) {
      throw bad("the name of a label is missing");
    }
    require("name", name, MAX_NAME);
    require("description", description, MAX_DESCRIPTION);
    require("color", color, MAX_COLOR);
  }

  private static void require(String what, String text, int maximum) {
    if (text.length() > maximum) {
      throw bad("the " + what + " of a label has " + text.length() + " characters, max " + maximum);
    }
    if (text.codePoints().anyMatch(LabelText::isControl)) {
      throw bad(
          "the "
              + what
              + " '"
              + Printable.shorten(text)
              + "' of a label has a character that is not allowed");
    }
  }

  private static boolean isControl(int c) {
    return (c < ' ' && c != '\n' && c != '\r' && c != '\t')
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
