package dev.breakwater.benchmarks.report;

import java.util.List;

/**
 * Columns of a row that say the same of ever more of something.
 *
 * @param title what is measured, with the unit
 * @param of what there is ever more of
 */
public record Curve(String title, String of, List<Point> points) {
  /** A column, and how much there was when it was measured. */
  public record Point(long at, Metric metric) {}
}
