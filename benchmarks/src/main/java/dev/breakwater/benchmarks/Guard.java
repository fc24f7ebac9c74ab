package dev.breakwater.benchmarks;

import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.Reference;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.RowReport;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Fails when an operation costs more than it may: a few rows, briefly, on Breakwater and on a
 * reference by turns. Compared are the processors' times as a ratio, which a slow machine or one
 * with other work changes little.
 */
public final class Guard {
  private static final int ROUNDS = 2;
  private static final Duration VISIT = Duration.ofSeconds(1);

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
    Map<String, Double> bounds = new LinkedHashMap<>();
    for (String name : properties.stringPropertyNames()) {
      bounds.put(name, Double.parseDouble(properties.getProperty(name)));
    }
    return bounds;
  }

  /** How long each row warms up: the more code it runs through, the longer. */
  private Map<Row.Shared, Duration> rows() {
    RandomGenerator random = new SplittableRandom();
    Map<Row.Shared, Duration> rows = new LinkedHashMap<>();
    rows.put(new ManifestGet(random), Duration.ofSeconds(4));
    rows.put(new BlobGet(random, work, BlobGet.Size.USUAL, false), Duration.ofSeconds(1));
    rows.put(
        new PushBlob(random, work, new PushBlob.Size(64, 3), false, false), Duration.ofSeconds(1));
    rows.put(new SmallImages(random, SmallImages.Kind.PUSH), Duration.ofSeconds(5));
    rows.put(new SmallImages(random, SmallImages.Kind.PULL), Duration.ofSeconds(3));
    return rows;
  }

  private boolean passes() throws IOException, InterruptedException {
    WorkFolder.delete(work);
    Files.createDirectories(work);
    Breakwater product = new Breakwater(breakwater);
    try (RunningRegistry ours = start(product);
        RunningRegistry reference = start(new Reference())) {
      AsShipped.check(ours, product);
      List<String> failures = new ArrayList<>();
      System.out.printf(
          "%-14s %-24s %12s %12s %8s %8s%n",
          "row", "", ours.name(), reference.name(), "ratio", "bound");
      for (Map.Entry<Row.Shared, Duration> row : rows().entrySet()) {
        Visits visits = new Visits(ROUNDS, VISIT, row.getValue());
        judge(visits.run(row.getKey(), List.of(ours, reference))).ifPresent(failures::add);
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

  /** What is wrong with a row. */
  private Optional<String> judge(RowReport report) {
    Metric cpu =
        report.metrics().stream()
            .filter(metric -> metric.key().startsWith("cpuSeconds"))
            .findFirst()
            .orElseThrow();
    OptionalDouble ours = report.median("breakwater", cpu);
    OptionalDouble theirs = report.median("reference", cpu);
    double bound = bounds.getOrDefault(report.name(), 0.0);
    if (ours.isEmpty() || theirs.isEmpty() || !report.failures().isEmpty()) {
      return Optional.of(report.name() + " could not be measured: " + report.failures());
    }
    double ratio = ours.getAsDouble() / theirs.getAsDouble();
    System.out.printf(
        Locale.ROOT,
        "%-14s %-24s %12.2f %12.2f %8.2f %8.2f%n",
        report.name(),
        cpu.heading(),
        ours.getAsDouble(),
        theirs.getAsDouble(),
        ratio,
        bound);
    return ratio <= bound
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s costs %.2f times the reference, %.2f are allowed",
                report.name(),
                ratio,
                bound));
  }
}
