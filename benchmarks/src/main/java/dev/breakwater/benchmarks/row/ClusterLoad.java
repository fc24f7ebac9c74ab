package dev.breakwater.benchmarks.row;

import com.sun.management.OperatingSystemMXBean;
import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.PushedImage;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Cluster;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * What each part of a cluster has to do for an image that is pulled or pushed through haproxy, with
 * as many clients as the machine bears: the figures that {@code benchmarks/CAPACITY.md} reckons
 * with. Clients and cluster share the processors, so the rate is none of a real cluster's; it is
 * there to be compared with what the costs foretell.
 */
public final class ClusterLoad implements Row.OfBreakwater {
  private static final int CLIENTS = 8;
  private static final Duration VISIT = Duration.ofSeconds(10);
  private static final Duration WARM_UP = Duration.ofSeconds(90);

  /** The parts that can be a bottleneck each for itself. */
  private enum Part {
    REPLICAS("replicas", List.of("replica-1", "replica-2", "replica-3")),
    POSTGRES("PostgreSQL", List.of("postgres")),
    STORE("S3 server", List.of("s3")),
    BALANCER("haproxy", List.of("haproxy")),
    REDIS("Redis", List.of("redis-1", "redis-2"));

    private final String words;
    private final List<String> programs;

    Part(String words, List<String> programs) {
      this.words = words;
      this.programs = programs;
    }
  }

  private enum Kind {
    PULL("pull"),
    PUSH("push");

    private final String word;
    private final Metric rate;
    private final Metric foretold;
    private final Map<Part, Metric> costs = new EnumMap<>(Part.class);

    Kind(String word) {
      this.word = word;
      this.rate = new Metric(word + "Rate", word + ": images/s", 1);
      this.foretold = new Metric(word + "Foretold", word + ": images/s by the costs", 1);
      for (Part part : Part.values()) {
        costs.put(part, new Metric(word + part, word + ": CPU ms of " + part.words, 2));
      }
    }

    List<Metric> metrics() {
      List<Metric> metrics = new ArrayList<>(List.of(rate, foretold));
      metrics.addAll(costs.values());
      return metrics;
    }
  }

  private final RandomGenerator random;

  public ClusterLoad(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "cluster-load";
  }

  @Override
  public String title() {
    return "images of six layers of 16 KiB pulled and pushed through haproxy by "
        + CLIENTS
        + " clients, and what each part of the cluster does for it";
  }

  @Override
  public List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      metrics.addAll(kind.metrics());
    }
    return metrics;
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.NoFailure());
  }

  @Override
  public List<Sample> run(Breakwater breakwater, Path folder, int rounds)
      throws IOException, InterruptedException {
    try (Cluster cluster = Cluster.start(breakwater)) {
      Image image = Image.random(random, SmallImages.LAYERS, SmallImages.LAYER_BYTES);
      try (RegistryClient client = client(cluster)) {
        image.push(client, Names.REPOSITORY, "latest");
      }
      PushedImage pushed = image.pushed();
      for (Kind kind : Kind.values()) {
        visit(cluster, kind, pushed, WARM_UP);
      }
      List<Sample> samples = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        Map<Metric, Double> values = new HashMap<>();
        for (Kind kind : Kind.values()) {
          values.putAll(visit(cluster, kind, pushed, VISIT));
        }
        samples.add(Sample.of(values));
      }
      return samples;
    }
  }

  private Map<Metric, Double> visit(
      Cluster cluster, Kind kind, PushedImage pushed, Duration duration)
      throws IOException, InterruptedException {
    Map<Part, Double> before = cpu(cluster);
    long own = ownCpu();
    long begin = System.nanoTime();
    long images = work(cluster, kind, pushed, begin + duration.toNanos());
    double seconds = (System.nanoTime() - begin) / 1e9;
    double clients = (ownCpu() - own) / 1e9;
    Map<Part, Double> after = cpu(cluster);
    Map<Metric, Double> values = new HashMap<>();
    double all = clients;
    for (Part part : Part.values()) {
      double used = after.getOrDefault(part, 0.0) - before.getOrDefault(part, 0.0);
      values.put(kind.costs.get(part), used * 1000 / images);
      all += used;
    }
    values.put(kind.rate, images / seconds);
    values.put(kind.foretold, Runtime.getRuntime().availableProcessors() * images / all);
    return values;
  }

  /** How many images there were. */
  private long work(Cluster cluster, Kind kind, PushedImage pushed, long end)
      throws IOException, InterruptedException {
    LongAdder images = new LongAdder();
    Queue<IOException> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      RandomGenerator its = new SplittableRandom(random.nextLong());
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                while (System.nanoTime() < end && failures.isEmpty()) {
                  try (RegistryClient client = client(cluster)) {
                    one(client, kind, pushed, its);
                    images.increment();
                  } catch (IOException e) {
                    failures.add(e);
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new IOException(kind.word + " failed", failures.peek());
    }
    return images.sum();
  }

  private static void one(
      RegistryClient client, Kind kind, PushedImage pushed, RandomGenerator random)
      throws IOException {
    switch (kind) {
      case PULL -> pushed.pull(client, Names.REPOSITORY, "latest");
      case PUSH ->
          Image.random(random, SmallImages.LAYERS, SmallImages.LAYER_BYTES)
              .push(client, Names.REPOSITORY, "v" + random.nextInt(Integer.MAX_VALUE));
    }
  }

  private static Map<Part, Double> cpu(Cluster cluster) throws IOException {
    Map<Part, Double> seconds = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      seconds.put(part, cluster.cpuSeconds(part.programs));
    }
    return seconds;
  }

  /** Of the clients, in nanoseconds. */
  private static long ownCpu() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static RegistryClient client(Cluster cluster) throws IOException {
    return cluster.client(cluster.balancer()).authorize(Names.REPOSITORY);
  }
}
