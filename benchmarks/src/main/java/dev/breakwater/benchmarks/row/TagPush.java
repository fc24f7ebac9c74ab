package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.PushedImage;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** One image gets tag after tag, as builds give them, all in one repository. */
public final class TagPush implements Row.Shared {
  private static final int CLIENTS = 8;
  private static final String REPOSITORY = Names.REPOSITORY + "-tagged";
  private static final Image IMAGE = Image.random(new SplittableRandom(2), 1, 1024);
  private static final Metric RATE = new Metric("tagsPerSecond", "tags/s", 0);
  private static final Metric CPU = new Metric("cpuSecondsPer1000", "CPU s per 1,000", 2);
  private static final Metric P99 = new Metric("p99Millis", "p99 ms", 1);

  private final AtomicLong next = new AtomicLong();

  @Override
  public String name() {
    return "tag-push";
  }

  @Override
  public String title() {
    return "PUT of a manifest under one new tag after the other into one repository, "
        + CLIENTS
        + " clients";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, CPU, P99);
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.AtLeastTimesBest(3, RATE), new Goal.NoFailure());
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException {
    try (RegistryClient client = registry.client().authorize(REPOSITORY)) {
      IMAGE.push(client, REPOSITORY, "latest");
    }
  }

  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    PushedImage image = IMAGE.pushed();
    Crowd crowd =
        Crowd.talking(
            duration,
            registry,
            CLIENTS,
            REPOSITORY,
            (client, _) ->
                client.putManifest(REPOSITORY, "t" + next.incrementAndGet(), image.manifest()));
    return new Sample(
        Map.of(RATE, crowd.perSecond(), CPU, crowd.cpuPer(1000), P99, crowd.percentile(99)),
        crowd.failures().size(),
        crowd.reasons());
  }
}
