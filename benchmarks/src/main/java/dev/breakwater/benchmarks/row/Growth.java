package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.report.Curve;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What some operations cost while there is ever more of something.
 *
 * @param of such as artifacts
 * @param sizes how much there is of it, in ascending order
 * @param costs what is measured at each size
 * @param base the size that the greater ones are compared with; empty when they are not
 */
record Growth(String of, List<Integer> sizes, List<Cost> costs, Optional<Integer> base) {
  private static final double BOUND = 1.25;

  /** Something that is measured, such as the processors' time of a pull. */
  record Cost(String key, String title, int decimals) {}

  /** Makes it grow, and measures. */
  interface Measure {
    void grow(int size) throws IOException, InterruptedException;

    Map<Cost, Double> costs(int size) throws IOException, InterruptedException;
  }

  List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>();
    for (Cost cost : costs) {
      sizes.forEach(size -> metrics.add(at(cost, size)));
      compared().forEach(size -> metrics.add(ratio(cost, size)));
    }
    return metrics;
  }

  List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    for (Cost cost : costs) {
      compared().forEach(size -> goals.add(new Goal.AtMost(BOUND, ratio(cost, size))));
    }
    goals.add(new Goal.NoFailure());
    return goals;
  }

  List<Curve> curves() {
    return costs.stream()
        .map(cost ->
            new Curve(
                cost.title(),
                of,
                sizes.stream().map(size -> new Curve.Point(size, at(cost, size))).toList()))
        .toList();
  }

  /** One sample for each round, each with every size. */
  List<Sample> run(int rounds, int warmUps, Measure measure)
      throws IOException, InterruptedException {
    List<Map<Metric, Double>> samples = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      samples.add(new HashMap<>());
    }
    for (int size : sizes) {
      measure.grow(size);
      for (int i = 0; i < (size == sizes.getFirst() ? warmUps : 1); i++) {
        measure.costs(size);
      }
      for (Map<Metric, Double> sample : samples) {
        measure.costs(size).forEach((cost, value) -> sample.put(at(cost, size), value));
      }
    }
    samples.forEach(this::compare);
    return samples.stream().map(Sample::of).toList();
  }

  private void compare(Map<Metric, Double> sample) {
    for (Cost cost : costs) {
      for (int size : compared()) {
        double first = sample.getOrDefault(at(cost, base.orElseThrow()), Double.NaN);
        sample.put(ratio(cost, size), sample.getOrDefault(at(cost, size), Double.NaN) / first);
      }
    }
  }

  private List<Integer> compared() {
    return base.map(from -> sizes.stream().filter(size -> size > from).toList()).orElse(List.of());
  }

  private Metric at(Cost cost, int size) {
    return new Metric(
        cost.key() + size, "%,d %s: %s".formatted(size, of, cost.title()), cost.decimals());
  }

  private Metric ratio(Cost cost, int size) {
    return new Metric(
        cost.key() + size + "Ratio",
        "%s, %,d / %,d %s".formatted(cost.title(), size, base.orElseThrow(), of),
        2);
  }
}
