package dev.breakwater.core.secret;

/**
 * A sealed value that does not open: sealed with another key or for another context, or changed.
 */
public final class SealBrokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SealBrokenException(String context) {
    super(message(context));
  }

  SealBrokenException(String context, Throwable cause) {
    super(message(context), cause);
  }

  private static String message(String context) {
    return "The sealed value '"
        + context
        + "' does not open: it was changed, or secret.key is not the one it was sealed with";
  }
}
