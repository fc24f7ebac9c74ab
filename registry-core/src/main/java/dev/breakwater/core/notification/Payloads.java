package dev.breakwater.core.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Payloads of lines: the first says who sends, the others what. */
public final class Payloads {
  private Payloads() {}

  /**
   * Items by as few payloads as possible.
   *
   * @param first how long the first line is, in bytes
   * @param line an item's line; none is longer than a payload
   */
  public static <T> List<List<T>> parts(
      int first, List<T> items, Function<? super T, String> line) {
    List<List<T>> parts = new ArrayList<>();
    int length = Broadcast.MAX_BYTES;
    for (T item : items) {
      int more = 1 + line.apply(item).getBytes(UTF_8).length;
      if (length + more > Broadcast.MAX_BYTES) {
        parts.add(new ArrayList<>());
        length = first;
      }
      parts.getLast().add(item);
      length += more;
    }
    return parts;
  }

  /** The text of one. */
  public static String payload(String first, Stream<String> lines) {
    return Stream.concat(Stream.of(first), lines).collect(Collectors.joining("\n"));
  }
}
