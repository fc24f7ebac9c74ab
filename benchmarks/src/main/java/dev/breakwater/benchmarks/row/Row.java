package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Curve;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A workload that every registry is given. */
public sealed interface Row {
  String name();

  /** In one line. */
  String title();

  /** The columns. */
  List<Metric> metrics();

  List<Goal> goals();

  /** What of the columns makes curves. */
  default List<Curve> curves() {
    return List.of();
  }

  /** Visits registries that go on running: in every round each of them in turn. */
  non-sealed interface Shared extends Row {
    /** Whether the registries are spoken to by TLS: then they are others than those without. */
    default boolean tls() {
      return false;
    }

    /** Puts in what the visits need; called once for each registry. */
    void prepare(RunningRegistry registry) throws IOException, InterruptedException;

    /**
     * One visit.
     *
     * @param duration for rows that go on as long as they are told
     */
    Sample visit(RunningRegistry registry, Duration duration)
        throws IOException, InterruptedException;
  }

  /** Starts the registry for itself, in a way of its own. */
  non-sealed interface Alone extends Row {
    /**
     * @param folder empty, for the registry's data
     * @param rounds how often to measure what is quickly measured
     */
    List<Sample> run(Product product, Path folder, int rounds)
        throws IOException, InterruptedException;
  }

  /** Of what the others cannot do. */
  interface OfBreakwater extends Alone {
    List<Sample> run(Breakwater breakwater, Path folder, int rounds)
        throws IOException, InterruptedException;

    @Override
    default List<Sample> run(Product product, Path folder, int rounds)
        throws IOException, InterruptedException {
      return product instanceof Breakwater breakwater ? run(breakwater, folder, rounds) : List.of();
    }
  }
}
