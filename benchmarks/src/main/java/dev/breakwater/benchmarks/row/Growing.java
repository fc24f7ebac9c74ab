package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.report.Curve;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import java.util.List;

/** A row whose columns are those of something that grows. */
interface Growing extends Row.Alone {
  Growth growth();

  @Override
  default List<Metric> metrics() {
    return growth().metrics();
  }

  @Override
  default List<Goal> goals() {
    return growth().goals();
  }

  @Override
  default List<Curve> curves() {
    return growth().curves();
  }
}
