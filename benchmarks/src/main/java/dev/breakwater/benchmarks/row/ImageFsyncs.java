package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * How often a pushed image makes the disk flush. The whole tree of processes is traced from its
 * start; its database's flushes count as well. Every client pushes as docker does, one request
 * after the other.
 */
public final class ImageFsyncs implements Row.Alone {
  private static final int CLIENTS = 8;
  private static final int IMAGES_PER_CLIENT = 10;
  private static final String CALLS = "fsync,fdatasync,syncfs,sync,sync_file_range,msync";

  /** A flush that a server does behind the answer belongs to the image as well. */
  private static final long AFTER_MILLIS = 1_000;

  private static final Metric TOTAL = new Metric("flushesPerImage", "flushes per image", 1);
  private static final Metric FILES = new Metric("fsyncPerImage", "fsync", 1);
  private static final Metric DATA = new Metric("fdatasyncPerImage", "fdatasync", 1);
  private static final Metric WHOLE = new Metric("syncfsPerImage", "syncfs", 1);
  private static final Metric OTHER = new Metric("otherPerImage", "other", 1);

  private final RandomGenerator random;

  public ImageFsyncs(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "fsyncs";
  }

  @Override
  public String title() {
    return "flushes to disk per pushed image of six layers of 16 KiB and a config, "
        + CLIENTS
        + " clients at once (strace)";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(TOTAL, FILES, DATA, WHOLE, OTHER);
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.AtMost(16, TOTAL), new Goal.NoFailure());
  }

  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    Path trace = folder.resolveSibling(folder.getFileName() + ".strace");
    List<String> tracer =
        List.of(
            "strace",
            "--follow-forks",
            "--seccomp-bpf",
            "--quiet=all",
            "--decode-fds=path",
            "--signal=none",
            "--trace=" + CALLS,
            "--output=" + trace);
    try (RunningRegistry registry =
        RunningRegistry.start(product, folder, Optional.empty(), tracer)) {
      // The first images make folders, connections and tables that later ones find.
      List<String> failures = new ArrayList<>(push(registry, 2));
      Thread.sleep(AFTER_MILLIS);
      int before = calls(trace).size();
      failures.addAll(push(registry, IMAGES_PER_CLIENT));
      Thread.sleep(AFTER_MILLIS);
      List<String> calls = calls(trace);
      return List.of(count(calls.subList(before, calls.size()), failures));
    }
  }

  private static Sample count(List<String> calls, List<String> failures) {
    double images = CLIENTS * IMAGES_PER_CLIENT;
    double files = calls.stream().filter("fsync"::equals).count() / images;
    double data = calls.stream().filter("fdatasync"::equals).count() / images;
    double whole = calls.stream().filter("syncfs"::equals).count() / images;
    double total = calls.size() / images;
    return new Sample(
        Map.of(
            TOTAL,
            total,
            FILES,
            files,
            DATA,
            data,
            WHOLE,
            whole,
            OTHER,
            total - files - data - whole),
        failures.size(),
        failures.stream().distinct().limit(5).toList());
  }

  private List<String> push(RunningRegistry registry, int each)
      throws IOException, InterruptedException {
    List<SplittableRandom> randoms =
        Stream.generate(() -> new SplittableRandom(random.nextLong())).limit(CLIENTS).toList();
    return Crowd.times(
            each,
            registry,
            CLIENTS,
            number -> {
              RandomGenerator own = randoms.get(number);
              String repository = Names.REPOSITORY + "-" + number;
              try (RegistryClient client = registry.client().authorize(repository)) {
                Image.random(own, SmallImages.LAYERS, SmallImages.LAYER_BYTES)
                    .push(client, repository, "v" + own.nextInt(Integer.MAX_VALUE));
              }
            })
        .failures();
  }

  /** The names of the calls so far: {@code 123 fsync(7</a/file>) = 0}, whole or cut in two. */
  private static List<String> calls(Path trace) throws IOException {
    List<String> calls = new ArrayList<>();
    for (String line : Files.readAllLines(trace)) {
      String[] words = line.split(" +", 2);
      int open = words.length < 2 ? -1 : words[1].indexOf('(');
      if (open > 0 && !words[1].startsWith("<...")) {
        calls.add(words[1].substring(0, open));
      }
    }
    return calls;
  }
}
