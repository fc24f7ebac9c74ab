package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.registry.Others;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.util.List;

/** How many processors were busy during a visit, and with whose work. */
public final class Load {
  private static final Metric CLIENTS = new Metric("clientProcessors", "clients: cores", 2);
  private static final Metric OTHERS = new Metric("othersProcessors", "other programs: cores", 2);
  private static final Metric BUSY = new Metric("busyProcessors", "busy: cores", 2);

  /** What is told beside a row's own metrics. */
  public static final List<Metric> METRICS = List.of(CLIENTS, OTHERS, BUSY);

  private final Others others;

  private Load(Others others) {
    this.others = others;
  }

  /** Begins to look. */
  public static Load watch() throws IOException {
    return new Load(Others.watch());
  }

  /** What was seen since then, beside what the visit gave. */
  public Sample addTo(Sample sample) throws IOException {
    return sample
        .with(CLIENTS, others.clients())
        .with(OTHERS, others.busyProcessors())
        .with(BUSY, others.all());
  }

  /** A rate that clients may hold back: then the CPU goal decides. */
  static Goal unlessBusy(Goal rate, Goal cpu) {
    return new Goal.UnlessBusy(rate, cpu, BUSY, Runtime.getRuntime().availableProcessors());
  }
}
