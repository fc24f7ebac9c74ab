package dev.breakwater.storage.sql.backup;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The text format of {@code COPY} (PostgreSQL manual, COPY, "Text Format"): what every server since
 * 8 reads, and people as well.
 */
final class CopyText {
  private CopyText() {}

  /**
   * One line for a row whose columns are texts.
   *
   * @param columns how many
   */
  static String line(Readable row, int columns) {
    return IntStream.range(0, columns)
        .mapToObj(i -> row.get(i, String.class))
        .map(CopyText::value)
        .collect(Collectors.joining("\t", "", "\n"));
  }

  private static String value(@Nullable String value) {
    if (value == null) {
      return "\\N";
    }
    StringBuilder escaped = new StringBuilder(value.length() + 8);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> escaped.append("\\\\");
        case '\t' -> escaped.append("\\t");
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\b' -> escaped.append("\\b");
        case '\f' -> escaped.append("\\f");
        case 0x0B -> escaped.append("\\v");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String identifiers(List<String> names, String suffix) {
    return names.stream().map(name -> identifier(name) + suffix).collect(Collectors.joining(", "));
  }
}
