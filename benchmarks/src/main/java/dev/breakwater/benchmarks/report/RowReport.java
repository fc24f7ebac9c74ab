package dev.breakwater.benchmarks.report;

import java.util.List;
import java.util.Optional;

/** One row, ready to be printed. */
public record RowReport(
    String name,
    String title,
    List<Metric> metrics,
    List<Curve> curves,
    List<Goal> goals,
    Results results) {
  /** One without curves. */
  public RowReport(
      String name, String title, List<Metric> metrics, List<Goal> goals, Results results) {
    this(name, title, metrics, List.of(), goals, results);
  }

  List<Verdict> verdicts() {
    return goals.stream().map(goal -> goal.judge(results)).flatMap(Optional::stream).toList();
  }
}
