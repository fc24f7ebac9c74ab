package dev.breakwater.core.job;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;

/** The stored lines of a task. */
public final class TaskLog {
  /** What is kept of one task; the engine's own last lines come on top. */
  public static final int MAX_BYTES = 1024 * 1024;

  /** What is kept of one line, in characters. */
  public static final int MAX_LINE = 4096;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private TaskLog() {}

  /** The lines as one text, each with its time. */
  public static String text(List<Line> lines) {
    return lines.stream()
        .map(line -> TIME.format(line.writtenAt()) + " " + line.text() + "\n")
        .collect(Collectors.joining());
  }

  /** One line: no line break, at most {@link #MAX_LINE} characters. */
  public record Line(Instant writtenAt, String text) {
    public Line {
      text = clean(text);
    }

    private static String clean(String text) {
      StringBuilder clean = new StringBuilder();
      text.codePoints()
          .limit(MAX_LINE)
          .map(each -> Character.isISOControl(each) || isHalf(each) ? ' ' : each)
          .forEach(clean::appendCodePoint);
      return clean.toString();
    }

    private static boolean isHalf(int codePoint) {
      return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
  }
}
