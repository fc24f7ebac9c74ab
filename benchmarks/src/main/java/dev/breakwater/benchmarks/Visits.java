package dev.breakwater.benchmarks;

import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Results;
import dev.breakwater.benchmarks.report.RowReport;
import dev.breakwater.benchmarks.report.Sample;
import dev.breakwater.benchmarks.row.Load;
import dev.breakwater.benchmarks.row.Row;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a row to registries that run side by side: in every round each of them in turn.
 *
 * @param rounds how many
 * @param duration of one visit, where it is not given by the work
 * @param warmUp how long a registry is visited before it counts, at least once
 */
record Visits(int rounds, Duration duration, Duration warmUp) {
  RowReport run(Row.Shared row, List<RunningRegistry> running)
      throws IOException, InterruptedException {
    Results results = new Results();
    List<RunningRegistry> prepared = new ArrayList<>();
    for (RunningRegistry registry : running) {
      say(row.name() + ": warming " + registry.name() + " up");
      try {
        row.prepare(registry);
        warmUp(row, registry);
        prepared.add(registry);
      } catch (IOException e) {
        results.add(registry.name(), failure(row, registry.name(), e));
      }
    }
    for (int round = 1; round <= rounds; round++) {
      for (RunningRegistry registry : prepared) {
        say(row.name() + ": round " + round + ", " + registry.name());
        try {
          Load load = Load.watch();
          Sample sample = row.visit(registry, duration);
          results.add(registry.name(), load.addTo(sample));
        } catch (IOException e) {
          results.add(registry.name(), failure(row, registry.name(), e));
        }
      }
    }
    List<Metric> metrics = new ArrayList<>(row.metrics());
    metrics.addAll(Load.METRICS);
    return new RowReport(row.name(), row.title(), metrics, row.curves(), row.goals(), results);
  }

  /** Visits that do not count: compilers in the servers take longer than one visit. */
  private void warmUp(Row.Shared row, RunningRegistry registry)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + warmUp.toNanos();
    do {
      row.visit(registry, duration);
    } while (System.nanoTime() < end);
  }

  static Sample failure(Row row, String registry, IOException e) {
    say(row.name() + ": " + registry + " failed: " + e);
    return Sample.failure(String.valueOf(e.getMessage()));
  }

  static void say(String line) {
    System.err.println("benchmarks: " + line);
  }
}
