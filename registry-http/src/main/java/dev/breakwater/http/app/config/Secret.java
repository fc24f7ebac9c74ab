package dev.breakwater.http.app.config;

/** A value that must not be printed. */
public record Secret(String value) {
  static final String MASK = "********";

  /** Masked: this may end up in a log. */
  @Override
  public String toString() {
    return MASK;
  }
}
