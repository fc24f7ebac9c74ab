package dev.breakwater.core.oci;

/** Makes a value that a client sent fit to be quoted in an error message or a log line. */
public final class Printable {
  private static final int MAX_LENGTH = 160;

  private Printable() {}

  /** The value without control characters and at most 160 characters long. */
  public static String shorten(String value) {
    StringBuilder printable = new StringBuilder(Math.min(value.length(), MAX_LENGTH + 1));
    for (int i = 0; i < value.length() && i < MAX_LENGTH; i++) {
      char c = value.charAt(i);
      printable.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    if (value.length() > MAX_LENGTH) {
      printable.append("...");
    }
    return printable.toString();
  }
}
