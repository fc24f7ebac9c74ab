package dev.breakwater.core.query;

import java.util.List;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param total how many elements the whole list has
 */
public record Slice<T>(List<T> elements, long total) {
  public Slice {
    elements = List.copyOf(elements);
  }

  public static <T> Slice<T> empty() {
    return new Slice<>(List.of(), 0);
  }

  public <R> Slice<R> map(Function<T, R> change) {
    return new Slice<>(elements.stream().map(change).toList(), total);
  }
}
