package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.ManagementClient;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import dev.breakwater.benchmarks.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Twenty clients push images into one project: with a quota that is far away, and without one. */
public final class QuotaPush implements Row.Alone {
  private static final int CLIENTS = 20;
  private static final Duration VISIT = Duration.ofSeconds(10);
  private static final String FREE = "unbounded";
  private static final String BOUNDED = "bounded";

  private static final Metric WITHOUT =
      new Metric("imagesWithoutQuota", "without quota: images/s", 1);
  private static final Metric WITH = new Metric("imagesWithQuota", "with quota: images/s", 1);
  private static final Metric RATIO = new Metric("quotaRatio", "with / without", 2);

  private final RandomGenerator random;

  public QuotaPush(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "quota-push";
  }

  @Override
  public String title() {
    return CLIENTS
        + " clients push images of six layers of 16 KiB and a config into one project, with and "
        + "without a quota, by turns";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(WITHOUT, WITH, RATIO);
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.AtLeast(0.9, RATIO), new Goal.NoFailure());
  }

  /** The others have no quotas. */
  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    if (!product.name().equals(Verdict.OURS)) {
      return List.of();
    }
    try (RunningRegistry registry = RunningRegistry.start(product, folder)) {
      try (RegistryClient client = registry.client()) {
        ManagementClient admin = new ManagementClient(client);
        admin.create("/projects", project(FREE, -1));
        admin.create("/projects", project(BOUNDED, 1L << 40));
      }
      push(registry, FREE);
      push(registry, BOUNDED);
      List<Sample> samples = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        // Not always the same one first: the database grows, and its checkpoints come when they do.
        boolean freeFirst = round % 2 == 0;
        Crowd first = push(registry, freeFirst ? FREE : BOUNDED);
        Crowd second = push(registry, freeFirst ? BOUNDED : FREE);
        samples.add(sample(freeFirst ? first : second, freeFirst ? second : first));
      }
      return samples;
    }
  }

  private static String project(String name, long limit) {
    return "{\"project_name\": \"%s\", \"storage_limit\": %d}".formatted(name, limit);
  }

  private static Sample sample(Crowd without, Crowd with) {
    List<String> failures = new ArrayList<>(without.failures());
    failures.addAll(with.failures());
    return new Sample(
        Map.of(
            WITHOUT,
            without.perSecond(),
            WITH,
            with.perSecond(),
            RATIO,
            with.perSecond() / without.perSecond()),
        failures.size(),
        failures.stream().distinct().limit(5).toList());
  }

  private Crowd push(RunningRegistry registry, String project)
      throws IOException, InterruptedException {
    List<SplittableRandom> randoms =
        Stream.generate(() -> new SplittableRandom(random.nextLong())).limit(CLIENTS).toList();
    return Crowd.during(
        VISIT,
        registry,
        CLIENTS,
        number -> {
          RandomGenerator own = randoms.get(number);
          String repository = project + "/app-" + number;
          try (RegistryClient client = registry.client().authorize(repository)) {
            Image.random(own, SmallImages.LAYERS, SmallImages.LAYER_BYTES)
                .push(client, repository, "v" + own.nextInt(Integer.MAX_VALUE));
          }
        });
  }
}
