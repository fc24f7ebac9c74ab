package dev.breakwater.benchmarks;

import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.Reference;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import dev.breakwater.benchmarks.row.AsShipped;
import dev.breakwater.benchmarks.row.BlobGet;
import dev.breakwater.benchmarks.row.ManifestGet;
import dev.breakwater.benchmarks.row.PushBlob;
import dev.breakwater.benchmarks.row.Row;
import dev.breakwater.benchmarks.row.SmallImages;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Fails when an operation costs more than it may: a few rows, briefly, on Breakwater and on a
 * reference by turns. Compared are the processors' times as a ratio, which a slow machine or one
 * with other work changes little.
 *
 * <p>Both virtual machines compile ten times sooner than usual, which takes seconds instead of
 * minutes, and a row is visited until it gets no cheaper: what counts is its cheapest visit, for
 * compilers and neighbours only ever add to it.
 */
public final class Guard {
  private static final int LEAST_VISITS = 3;
  private static final int MOST_VISITS = 12;
  private static final double CHEAPER = 0.95;
  private static final Duration VISIT = Duration.ofSeconds(1);
  private static final String COMPILE_SOON = "-XX:CompileThresholdScaling=0.1";

  private final Path breakwater;
  private final Path work;
  private final Map<String, Double> bounds;

  private Guard(Path breakwater, Path work, Map<String, Double> bounds) {
    this.breakwater = breakwater;
    this.work = work;
    this.bounds = bounds;
  }

  /** Takes the assembled distribution, the file of the bounds, and a folder for the data. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 3) {
      System.err.println("usage: Guard DISTRIBUTION BOUNDS WORK");
      System.exit(64);
    }
    Guard guard =
        new Guard(
            Path.of(arguments[0]).toAbsolutePath().normalize(),
            Path.of(arguments[2]).toAbsolutePath().normalize(),
            read(Path.of(arguments[1])));
    System.exit(guard.passes() ? 0 : 1);
  }

  private static Map<String, Double> read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, Double> bounds = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      bounds.put(name, Double.parseDouble(properties.getProperty(name)));
    }
    return bounds;
  }

  private List<Row.Shared> rows() {
    RandomGenerator random = new SplittableRandom();
    return List.of(
        new ManifestGet(random),
        new BlobGet(random, work, BlobGet.Size.USUAL, false),
        new PushBlob(random, work, new PushBlob.Size(64, 3), false, false),
        new SmallImages(random, SmallImages.Kind.PUSH),
        new SmallImages(random, SmallImages.Kind.PULL));
  }

  private boolean passes() throws IOException, InterruptedException {
    WorkFolder.delete(work);
    Files.createDirectories(work);
    Breakwater product = new Breakwater(breakwater);
    try (RunningRegistry ours = start(product.with(Map.of("JAVA_OPTS", COMPILE_SOON)));
        RunningRegistry reference = start(new Reference(List.of(COMPILE_SOON)))) {
      AsShipped.check(ours, product);
      List<String> failures = new ArrayList<>();
      print("row", "", ours.name(), reference.name(), "ratio", "bound");
      for (Row.Shared row : rows()) {
        judge(row, cheapest(row, ours, reference)).ifPresent(failures::add);
      }
      failures.forEach(System.out::println);
      return failures.isEmpty();
    } finally {
      WorkFolder.delete(work);
    }
  }

  private RunningRegistry start(Product product) throws IOException, InterruptedException {
    return RunningRegistry.start(product, work.resolve(product.name()));
  }

  private static Costs cheapest(Row.Shared row, RunningRegistry ours, RunningRegistry reference)
      throws IOException, InterruptedException {
    Metric cpu =
        row.metrics().stream()
            .filter(metric -> metric.key().startsWith("cpuSeconds"))
            .findFirst()
            .orElseThrow();
    row.prepare(ours);
    row.prepare(reference);
    Costs costs = new Costs(cpu, Double.MAX_VALUE, Double.MAX_VALUE);
    int idle = 0;
    for (int visit = 1; visit <= MOST_VISITS && (visit <= LEAST_VISITS || idle < 2); visit++) {
      Costs now = new Costs(cpu, cost(row, ours, cpu), cost(row, reference, cpu));
      idle = now.isMuchLessThan(costs) ? 0 : idle + 1;
      costs = costs.least(now);
    }
    return costs;
  }

  private static double cost(Row.Shared row, RunningRegistry registry, Metric cpu)
      throws IOException, InterruptedException {
    Sample sample = row.visit(registry, VISIT);
    Double cost = sample.values().get(cpu);
    if (sample.failed() > 0 || cost == null || !Double.isFinite(cost)) {
      throw new IOException(row.name() + " failed: " + registry.name() + " " + sample.reasons());
    }
    return cost;
  }

  /** What is wrong with a row. */
  private Optional<String> judge(Row.Shared row, Costs costs) {
    double bound = bounds.getOrDefault(row.name(), 0.0);
    double ratio = costs.ours() / costs.reference();
    print(
        row.name(),
        costs.cpu().heading(),
        decimals(costs.ours()),
        decimals(costs.reference()),
        decimals(ratio),
        decimals(bound));
    return ratio <= bound
        ? Optional.empty()
        : Optional.of(
            row.name()
                + " costs "
                + decimals(ratio)
                + " times the reference, allowed are "
                + decimals(bound));
  }

  private static void print(String... cells) {
    System.out.printf("%-14s %-18s %12s %12s %8s %8s%n", (Object[]) cells);
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** What an operation took of the processors. */
  private record Costs(Metric cpu, double ours, double reference) {
    boolean isMuchLessThan(Costs other) {
      return ours < other.ours * CHEAPER || reference < other.reference * CHEAPER;
    }

    Costs least(Costs other) {
      return new Costs(cpu, Math.min(ours, other.ours), Math.min(reference, other.reference));
    }
  }
}
