package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** What every pull begins with. */
public final class ManifestGet implements Row.Shared {
  private final RandomGenerator random;

  public ManifestGet(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "manifest-get";
  }

  @Override
  public String title() {
    return "GET of a manifest by its tag, " + GetMany.CONNECTIONS + " connections";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(GetMany.RATE, GetMany.CPU, GetMany.P99);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtLeastTimes(15, Names.OLD, GetMany.RATE),
        new Goal.AtLeastTimesBest(5, GetMany.RATE),
        new Goal.AtMost(0.5, GetMany.CPU),
        new Goal.AtMost(10, GetMany.P99),
        new Goal.NoFailure());
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException {
    try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
      Image.random(random, 6, 1024).push(client, Names.REPOSITORY, "latest");
    }
  }

  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    GetMany got =
        GetMany.run(registry, Names.REPOSITORY, "manifests/latest", GetMany.CONNECTIONS, duration);
    return new Sample(got.values(), got.run().failed(), got.reasons());
  }
}
