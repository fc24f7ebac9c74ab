package dev.breakwater.benchmarks.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** The median of some values, and how far they lie apart. */
public record Spread(double median, double least, double greatest, int count) {
  /**
   * @param values at least one
   */
  public static Spread of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(
        median,
        Arrays.stream(sorted).min().orElseThrow(),
        Arrays.stream(sorted).max().orElseThrow(),
        sorted.length);
  }

  /** {@code 5,120 (4,900-5,300)}; a single value stands alone. */
  String text(int decimals) {
    String format = "%,." + decimals + "f";
    String middle = String.format(Locale.ROOT, format, median);
    if (count == 1) {
      return middle;
    }
    return middle
        + " ("
        + String.format(Locale.ROOT, format, least)
        + "-"
        + String.format(Locale.ROOT, format, greatest)
        + ")";
  }
}
