package dev.breakwater.storage.sql.query;

import java.util.List;

/** Texts of clients as values of statements; one that no row can have is refused. */
public final class TextValues {
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
}
