package dev.breakwater.core.json;

/** The bytes are not the JSON that was expected; the message says why. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }
}
