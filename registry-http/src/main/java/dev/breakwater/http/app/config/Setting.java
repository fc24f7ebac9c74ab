package dev.breakwater.http.app.config;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * One setting: what it is called, what it is without being set, and how its text is understood.
 *
 * @param key such as {@code storage.filesystem.root}
 * @param fallback the text that counts when nothing is set; empty: nothing
 * @param parser from the text to the value
 * @param visibility what {@code breakwater config} and error messages show of the value
 * @param description for operators, a sentence without its full stop
 */
record Setting<T>(
    String key,
    String fallback,
    Function<String, T> parser,
    Visibility visibility,
    String description) {
  private static final String ENVIRONMENT_PREFIX = "BREAKWATER_";

  enum Visibility {
    SHOWN,
    /** User name and password before the host of a URL are masked. */
    WITHOUT_USER,
    HIDDEN
  }

  static <T> Setting<T> required(
      String key, String fallback, ValueParser<T> parser, String description) {
    return new Setting<>(
        key, fallback, text -> filled(parser, text), Visibility.SHOWN, description);
  }

  static <T> Setting<Optional<T>> optional(String key, ValueParser<T> parser, String description) {
    return new Setting<>(key, "", ValueParser.optional(parser), Visibility.SHOWN, description);
  }

  Setting<T> withVisibility(Visibility other) {
    return new Setting<>(key, fallback, parser, other, description);
  }

  private static <T> T filled(ValueParser<T> parser, String text) {
    if (text.isEmpty()) {
      throw new InvalidValueException("a value");
    }
    return parser.parse(text);
  }

  /** {@code storage.s3.bucket} is {@code BREAKWATER_STORAGE_S3_BUCKET}. */
  String environmentName() {
    return ENVIRONMENT_PREFIX + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** The text as it may be printed. */
  String masked(String text) {
    return switch (visibility) {
      case SHOWN -> text;
      case WITHOUT_USER -> text.replaceAll("//[^/]*@", "//" + Secret.MASK + "@");
      case HIDDEN -> text.isEmpty() ? "" : Secret.MASK;
    };
  }
}
