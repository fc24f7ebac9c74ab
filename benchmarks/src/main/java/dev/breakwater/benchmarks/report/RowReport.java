package dev.breakwater.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

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

  /** Empty when nothing was measured. */
  public OptionalDouble median(String registry, Metric metric) {
    return results
        .spread(registry, metric)
        .map(spread -> OptionalDouble.of(spread.median()))
        .orElse(OptionalDouble.empty());
  }

  /** Why requests failed, the first few of each registry. */
  public List<String> failures() {
    return results.registries().stream()
        .flatMap(name -> results.reasons(name).stream().map(reason -> name + ": " + reason))
        .toList();
  }
}
