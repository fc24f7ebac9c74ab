package dev.breakwater.http.app.config;

/** A text that is no value of its setting. The message says what is expected, without the text. */
final class InvalidValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidValueException(String expected) {
    super(expected);
  }
}
