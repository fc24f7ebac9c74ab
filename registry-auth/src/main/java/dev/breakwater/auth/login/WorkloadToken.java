package dev.breakwater.auth.login;

/** Tells a JSON Web Token from a password. */
public final class WorkloadToken {
  /** Longer ones are refused unread. */
  public static final int MAX_LENGTH = 16 * 1024;

  /** What base64 makes of an opening brace and a quotation mark. */
  private static final String BEGIN = "eyJ";

  private WorkloadToken() {}

  /** Whether it is of three parts, the first of which is a JSON object. */
  public static boolean looksLike(String text) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    return text.startsWith(BEGIN)
        && first > 0
        && second > first
        && text.indexOf('.', second + 1) < 0;
  }
}
