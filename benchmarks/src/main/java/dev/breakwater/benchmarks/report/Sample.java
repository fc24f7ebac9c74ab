package dev.breakwater.benchmarks.report;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one visit to one registry gave.
 *
 * @param values by metric
 * @param failed how many requests or transfers failed
 * @param reasons why, the first few
 */
public record Sample(Map<Metric, Double> values, long failed, List<String> reasons) {
  public Sample {
    values = Map.copyOf(values);
    reasons = List.copyOf(reasons);
  }

  public static Sample of(Map<Metric, Double> values) {
    return new Sample(values, 0, List.of());
  }

  public Sample with(Metric metric, double value) {
    Map<Metric, Double> more = new HashMap<>(values);
    more.put(metric, value);
    return new Sample(more, failed, reasons);
  }

  /** A visit that gave nothing. */
  public static Sample failure(String reason) {
    return new Sample(Map.of(), 1, List.of(reason));
  }
}
