package dev.breakwater.storage.sql.query;

import java.util.List;
import java.util.regex.Pattern;

/** Texts of clients as values of statements; one that no row can have is refused. */
public final class TextValues {
  /** What an index of trigrams needs to be of use. */
  private static final Pattern TRIGRAM = Pattern.compile("[\\p{L}\\p{N}]{3}");

  private TextValues() {}

  /** The text itself. */
  public static String exact(String field, String text) {
    return (String) ColumnType.TEXT.read(field, text);
  }

  /** All of them. */
  public static String[] all(String field, List<String> texts) {
    return texts.stream().map(text -> exact(field, text)).toArray(String[]::new);
  }

  /** The pattern for ILIKE of whatever contains the text; its signs stand for themselves. */
  public static String containing(String field, String text) {
    return "%"
        + exact(field, text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        + "%";
  }

  /**
   * The test for ILIKE with {@link #containing}. A text without three letters or digits in a row is
   * compared with an expression, so that nobody reads a whole index of trigrams for it.
   *
   * @param column in our own words
   * @return with a question mark for the pattern
   */
  public static String containsTest(String column, String text) {
    return (hasTrigram(text) ? column : "(" + column + " || '')") + " ILIKE ?";
  }

  /** Whether an index of trigrams finds what contains the text. */
  public static boolean hasTrigram(String text) {
    return TRIGRAM.matcher(text).find();
  }
}
