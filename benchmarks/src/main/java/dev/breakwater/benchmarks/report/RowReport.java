package dev.breakwater.benchmarks.report;

import java.util.List;
import java.util.Optional;

/** One row, ready to be printed. */
public record RowReport(
    String name, String title, List<Metric> metrics, List<Goal> goals, Results results) {
  List<Verdict> verdicts() {
    return goals.stream().map(goal -> goal.judge(results)).flatMap(Optional::stream).toList();
  }
}
