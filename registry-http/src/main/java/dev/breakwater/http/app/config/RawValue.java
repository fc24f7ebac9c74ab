package dev.breakwater.http.app.config;

/**
 * The text of a setting.
 *
 * @param origin where it comes from, for people
 */
record RawValue(String text, String origin) {
  static final String DEFAULT = "default";
}
