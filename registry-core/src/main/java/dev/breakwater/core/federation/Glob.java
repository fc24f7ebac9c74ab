package dev.breakwater.core.federation;

/**
 * Patterns for the whole of a text: {@code *} stands for anything without a slash, {@code **} for
 * anything, {@code ?} for one character but a slash. The cost is the product of both lengths at
 * most, whatever the pattern.
 */
final class Glob {
  /** So few characters would match half of the world. */
  static final int MIN_LITERALS = 3;

  private static final int MAX_TEXT = 2048;

  private Glob() {}

  static boolean matches(String pattern, String text) {
    if (text.length() > MAX_TEXT) {
      return false;
    }
    boolean[] reached = new boolean[text.length() + 1];
    reached[0] = true;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      boolean deep = c == '*' && i + 1 < pattern.length() && pattern.charAt(i + 1) == '*';
      reached = c == '*' ? star(reached, text, deep) : one(reached, text, c);
      i += deep ? 1 : 0;
    }
    return reached[text.length()];
  }

  /** How many characters stand for themselves. */
  static long literals(String pattern) {
    return pattern.chars().filter(c -> c != '*' && c != '?').count();
  }

  private static boolean[] star(boolean[] reached, String text, boolean deep) {
    boolean[] next = reached.clone();
    for (int i = 0; i < text.length(); i++) {
      next[i + 1] |= next[i] && (deep || text.charAt(i) != '/');
    }
    return next;
  }

  private static boolean[] one(boolean[] reached, String text, char c) {
    boolean[] next = new boolean[reached.length];
    for (int i = 0; i < text.length(); i++) {
      boolean fits = c == '?' ? text.charAt(i) != '/' : text.charAt(i) == c;
      next[i + 1] = reached[i] && fits;
    }
    return next;
  }
}
