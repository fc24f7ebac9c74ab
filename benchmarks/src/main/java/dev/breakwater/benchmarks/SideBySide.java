package dev.breakwater.benchmarks;

import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Distribution;
import dev.breakwater.benchmarks.registry.Others;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.JsonReport;
import dev.breakwater.benchmarks.report.Machine;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Results;
import dev.breakwater.benchmarks.report.RowReport;
import dev.breakwater.benchmarks.report.Sample;
import dev.breakwater.benchmarks.report.TextReport;
import dev.breakwater.benchmarks.row.ArtifactPages;
import dev.breakwater.benchmarks.row.BlobGet;
import dev.breakwater.benchmarks.row.CollectGarbage;
import dev.breakwater.benchmarks.row.ImageFsyncs;
import dev.breakwater.benchmarks.row.ListPages;
import dev.breakwater.benchmarks.row.ManifestGet;
import dev.breakwater.benchmarks.row.News;
import dev.breakwater.benchmarks.row.PushBlob;
import dev.breakwater.benchmarks.row.QuotaPush;
import dev.breakwater.benchmarks.row.ReplicaKill;
import dev.breakwater.benchmarks.row.Replicas;
import dev.breakwater.benchmarks.row.RetentionRun;
import dev.breakwater.benchmarks.row.Row;
import dev.breakwater.benchmarks.row.S3Many;
import dev.breakwater.benchmarks.row.S3Transfer;
import dev.breakwater.benchmarks.row.SlowTransfers;
import dev.breakwater.benchmarks.row.StartUp;
import dev.breakwater.benchmarks.row.TokenIssue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program: runs the chosen rows on every registry that is there and reports. */
public final class SideBySide {
  private static final Metric OTHERS = new Metric("othersProcessors", "other programs: cores", 2);

  private final Options options;
  private final Path work;
  private final List<Product> products;
  private final List<String> notes = new ArrayList<>();

  private SideBySide(Options options) {
    this.options = options;
    this.work = options.target().resolve("work");
    this.products = new ArrayList<>();
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    RandomGenerator random = new SplittableRandom();
    if (List.of(arguments).contains("--help")) {
      System.out.printf(Options.USAGE, names(rows(Options.parse(List.of()), random)));
      return;
    }
    Options options;
    List<Row> rows;
    try {
      options = Options.parse(List.of(arguments));
      rows = choose(rows(options, random), options.rows());
    } catch (IllegalArgumentException e) {
      System.err.println("benchmarks/run: " + e.getMessage());
      System.err.printf(Options.USAGE, names(rows(Options.parse(List.of()), random)));
      System.exit(64);
      return;
    }
    new SideBySide(options).run(rows);
  }

  private static List<Row> rows(Options options, RandomGenerator random) {
    int slowSeconds = (int) options.slowDuration().toSeconds();
    return List.of(
        new ManifestGet(random),
        new BlobGet(random),
        new PushBlob(random, options.target().resolve("work")),
        new ImageFsyncs(random),
        new SlowTransfers(random, false, slowSeconds),
        new SlowTransfers(random, true, slowSeconds),
        new StartUp(random),
        new TokenIssue(),
        new ListPages(),
        new ArtifactPages(),
        new QuotaPush(random),
        new RetentionRun(),
        new CollectGarbage(random),
        new S3Transfer(S3Transfer.Service.S3_PROXY, random),
        new S3Transfer(S3Transfer.Service.VERSITY, random),
        new S3Many(random),
        new Replicas(random),
        new ReplicaKill(random),
        new News(random));
  }

  private static List<Row> choose(List<Row> rows, Set<String> names) {
    Set<String> known = rows.stream().map(Row::name).collect(Collectors.toSet());
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("there is no row '" + name + "'");
      }
    }
    return rows.stream().filter(row -> names.isEmpty() || names.contains(row.name())).toList();
  }

  private static String names(List<Row> rows) {
    return rows.stream().map(Row::name).collect(Collectors.joining(", "));
  }

  private void run(List<Row> rows) throws IOException, InterruptedException {
    delete(work);
    Files.createDirectories(work);
    chooseProducts();
    Machine machine = Machine.describe(work);
    List<RowReport> reports = new ArrayList<>();
    try {
      reports.addAll(
          runShared(
              rows.stream()
                  .filter(Row.Shared.class::isInstance)
                  .map(Row.Shared.class::cast)
                  .toList()));
      for (Row row : rows) {
        if (row instanceof Row.Alone alone) {
          reports.add(runAlone(alone));
        }
      }
    } finally {
      if (!options.keep()) {
        delete(work);
      }
    }
    notes.add("load after: " + Machine.load());
    String text = TextReport.of(machine, notes, reports);
    Files.writeString(options.target().resolve("report.md"), text);
    Files.writeString(
        options.target().resolve("report.json"), JsonReport.of(machine, notes, reports));
    System.out.print(text);
  }

  private void chooseProducts() {
    List<Product> all =
        List.of(
            new Breakwater(options.breakwater()),
            new Distribution("docker-registry", options.dockerRegistry()),
            new Distribution("distribution", options.distribution()));
    for (Product product : all) {
      if (!options.servers().isEmpty() && !options.servers().contains(product.name())) {
        continue;
      }
      if (product.missing().isPresent()) {
        note(product.name() + " is left out: " + product.missing().get());
      } else {
        products.add(product);
      }
    }
  }

  private List<RowReport> runShared(List<Row.Shared> rows)
      throws IOException, InterruptedException {
    List<RowReport> reports = new ArrayList<>();
    if (rows.isEmpty()) {
      return reports;
    }
    say("using the machine's memory once");
    FreshMemory.use(work);
    List<RunningRegistry> running = new ArrayList<>();
    try {
      for (Product product : products) {
        say("starting " + product.name());
        running.add(RunningRegistry.start(product, work.resolve(product.name())));
      }
      for (Row.Shared row : rows) {
        reports.add(runShared(row, running));
      }
    } finally {
      for (RunningRegistry registry : running) {
        registry.close();
      }
    }
    return reports;
  }

  private RowReport runShared(Row.Shared row, List<RunningRegistry> running)
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
    for (int round = 1; round <= options.rounds(); round++) {
      for (RunningRegistry registry : prepared) {
        say(row.name() + ": round " + round + ", " + registry.name());
        try {
          Others others = Others.watch();
          Sample sample = row.visit(registry, options.duration());
          results.add(registry.name(), sample.with(OTHERS, others.busyProcessors()));
        } catch (IOException e) {
          results.add(registry.name(), failure(row, registry.name(), e));
        }
      }
    }
    List<Metric> metrics = new ArrayList<>(row.metrics());
    metrics.add(OTHERS);
    return new RowReport(row.name(), row.title(), metrics, row.goals(), results);
  }

  /** Visits that do not count: compilers in the servers take longer than one visit. */
  private void warmUp(Row.Shared row, RunningRegistry registry)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + options.warmUp().toNanos();
    do {
      row.visit(registry, options.duration());
    } while (System.nanoTime() < end);
  }

  private RowReport runAlone(Row.Alone row) throws IOException, InterruptedException {
    Results results = new Results();
    for (Product product : products) {
      say(row.name() + ": " + product.name());
      Path folder = work.resolve(row.name() + "-" + product.name());
      try {
        row.run(product, folder, options.rounds())
            .forEach(sample -> results.add(product.name(), sample));
      } catch (IOException e) {
        results.add(product.name(), failure(row, product.name(), e));
      }
      if (!options.keep()) {
        delete(folder);
      }
    }
    return new RowReport(row.name(), row.title(), row.metrics(), row.goals(), results);
  }

  private static Sample failure(Row row, String registry, IOException e) {
    say(row.name() + ": " + registry + " failed: " + e);
    return Sample.failure(String.valueOf(e.getMessage()));
  }

  private void note(String note) {
    notes.add(note);
    say(note);
  }

  private static void say(String line) {
    System.err.println("side-by-side: " + line);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
