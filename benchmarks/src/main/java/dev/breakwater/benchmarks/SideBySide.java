package dev.breakwater.benchmarks;

import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Distribution;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.registry.TlsFiles;
import dev.breakwater.benchmarks.registry.Zot;
import dev.breakwater.benchmarks.report.HtmlReport;
import dev.breakwater.benchmarks.report.JsonReport;
import dev.breakwater.benchmarks.report.Machine;
import dev.breakwater.benchmarks.report.Results;
import dev.breakwater.benchmarks.report.RowReport;
import dev.breakwater.benchmarks.report.TextReport;
import dev.breakwater.benchmarks.row.ArtifactPages;
import dev.breakwater.benchmarks.row.AsShipped;
import dev.breakwater.benchmarks.row.BlobGet;
import dev.breakwater.benchmarks.row.ClusterLoad;
import dev.breakwater.benchmarks.row.CollectGarbage;
import dev.breakwater.benchmarks.row.CrowdPush;
import dev.breakwater.benchmarks.row.GetWhilePushing;
import dev.breakwater.benchmarks.row.GrowingArtifacts;
import dev.breakwater.benchmarks.row.GrowingConnections;
import dev.breakwater.benchmarks.row.GrowingTags;
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
import dev.breakwater.benchmarks.row.SameLayer;
import dev.breakwater.benchmarks.row.SlowTransfers;
import dev.breakwater.benchmarks.row.SmallImages;
import dev.breakwater.benchmarks.row.StartUp;
import dev.breakwater.benchmarks.row.TagPage;
import dev.breakwater.benchmarks.row.TagPush;
import dev.breakwater.benchmarks.row.TagsGet;
import dev.breakwater.benchmarks.row.TokenIssue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The program: runs the chosen rows on every registry that is there and reports. */
public final class SideBySide {
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
    Path work = options.target().resolve("work");
    int slowSeconds = (int) options.slowDuration().toSeconds();
    List<Row> rows = new ArrayList<>();
    rows.add(new ManifestGet(random));
    rows.add(new TagsGet());
    rows.add(new TagPage());
    rows.add(new TagPush());
    addBlobRows(rows, random, work, false);
    for (SmallImages.Kind kind : SmallImages.Kind.values()) {
      rows.add(new SmallImages(random, kind));
    }
    rows.add(new GetWhilePushing(random, work));
    rows.add(new SameLayer(random, work, false));
    rows.add(new SameLayer(random, work, true));
    addBlobRows(rows, random, work, true);
    rows.addAll(
        List.of(
            new ImageFsyncs(random),
            new SlowTransfers(random, false, slowSeconds),
            new SlowTransfers(random, true, slowSeconds),
            new CrowdPush(random),
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
            new ClusterLoad(random),
            new ReplicaKill(random),
            new News(random),
            new GrowingTags(random),
            new GrowingArtifacts(random),
            new GrowingConnections(random)));
    return List.copyOf(rows);
  }

  private static void addBlobRows(List<Row> rows, RandomGenerator random, Path work, boolean tls) {
    for (BlobGet.Size size : BlobGet.Size.values()) {
      rows.add(new BlobGet(random, work, size, tls));
    }
    rows.add(new PushBlob(random, work, PushBlob.Size.LARGE, false, tls));
    rows.add(new PushBlob(random, work, PushBlob.Size.LARGE, true, tls));
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
    WorkFolder.delete(work);
    Files.createDirectories(work);
    chooseProducts();
    Machine machine = Machine.describe(work);
    List<RowReport> reports = new ArrayList<>();
    try {
      checkAsShipped();
      reports.addAll(runShared(shared(rows, false), "", Optional.empty()));
      List<Row.Shared> secured = shared(rows, true);
      if (!secured.isEmpty()) {
        reports.addAll(runShared(secured, "-tls", Optional.of(TlsFiles.make(work))));
      }
      for (Row row : rows) {
        if (row instanceof Row.Alone alone) {
          reports.add(runAlone(alone));
        }
      }
    } finally {
      if (!options.keep()) {
        WorkFolder.delete(work);
      }
    }
    notes.add("load after: " + Machine.load());
    String text = TextReport.of(machine, notes, reports);
    Path target = options.target();
    Files.writeString(target.resolve("report.md"), text);
    Files.writeString(target.resolve("report.json"), JsonReport.of(machine, notes, reports));
    Files.writeString(target.resolve("report.html"), HtmlReport.of(machine, notes, reports));
    System.out.print(text);
    Visits.say("charts: " + target.resolve("report.html"));
  }

  private void chooseProducts() {
    List<Product> all = new ArrayList<>();
    all.add(new Breakwater(options.breakwater()));
    all.add(new Distribution("docker-registry", options.dockerRegistry()));
    all.add(new Distribution("distribution", options.distribution()));
    options.zot().ifPresent(program -> all.add(new Zot(program)));
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

  /** Nothing is measured of a Breakwater that would be faster than the one that people have. */
  private void checkAsShipped() throws IOException, InterruptedException {
    for (Product product : products) {
      if (product instanceof Breakwater breakwater) {
        Path folder = work.resolve("as-shipped");
        try (RunningRegistry registry = RunningRegistry.start(breakwater, folder)) {
          AsShipped.check(registry, breakwater);
        }
        WorkFolder.delete(folder);
        note("breakwater is as it is shipped: fsync, access log, tokens and quotas are on");
      }
    }
    String javaOptions = System.getenv().getOrDefault("JAVA_OPTS", "");
    if (!javaOptions.isEmpty()) {
      note("JAVA_OPTS is set: " + javaOptions);
    }
  }

  private static List<Row.Shared> shared(List<Row> rows, boolean tls) {
    return rows.stream()
        .filter(Row.Shared.class::isInstance)
        .map(Row.Shared.class::cast)
        .filter(row -> row.tls() == tls)
        .toList();
  }

  private List<RowReport> runShared(List<Row.Shared> rows, String suffix, Optional<TlsFiles> tls)
      throws IOException, InterruptedException {
    List<RowReport> reports = new ArrayList<>();
    if (rows.isEmpty()) {
      return reports;
    }
    if (options.freshMemory()) {
      Visits.say("using the machine's memory once");
      FreshMemory.use(work);
    }
    Visits visits = new Visits(options.rounds(), options.duration(), options.warmUp());
    List<RunningRegistry> running = new ArrayList<>();
    try {
      for (Product product : products) {
        Visits.say("starting " + product.name());
        running.add(
            RunningRegistry.start(product, work.resolve(product.name() + suffix), tls, List.of()));
      }
      for (Row.Shared row : rows) {
        reports.add(visits.run(row, running));
      }
    } finally {
      for (RunningRegistry registry : running) {
        registry.close();
      }
    }
    return reports;
  }

  private RowReport runAlone(Row.Alone row) throws IOException, InterruptedException {
    Results results = new Results();
    for (Product product : products) {
      Visits.say(row.name() + ": " + product.name());
      Path folder = work.resolve(row.name() + "-" + product.name());
      try {
        row.run(product, folder, options.rounds())
            .forEach(sample -> results.add(product.name(), sample));
      } catch (IOException e) {
        results.add(product.name(), Visits.failure(row, product.name(), e));
      }
      if (!options.keep()) {
        WorkFolder.delete(folder);
      }
    }
    return new RowReport(
        row.name(), row.title(), row.metrics(), row.curves(), row.goals(), results);
  }

  private void note(String note) {
    notes.add(note);
    Visits.say(note);
  }
}
