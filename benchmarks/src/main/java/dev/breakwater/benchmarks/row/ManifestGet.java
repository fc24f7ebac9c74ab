package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** What every pull begins with. */
public final class ManifestGet implements Row.Shared {
  private static final int CONNECTIONS = 32;
  private static final Metric RATE = new Metric("requestsPerSecond", "requests/s", 0);
  private static final Metric CPU = new Metric("cpuSecondsPer10000", "CPU s per 10,000", 2);
  private static final Metric P99 = new Metric("p99Millis", "p99 ms", 1);

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
    return "GET of a manifest by its tag, " + CONNECTIONS + " connections";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, CPU, P99);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtLeastTimes(15, Names.OLD, RATE),
        new Goal.AtLeastTimes(4, Names.NEW, RATE),
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
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", Image.MANIFEST_TYPE);
    try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
      client.authorization().ifPresent(bearer -> headers.put("Authorization", bearer));
    }
    String target = "/v2/" + Names.REPOSITORY + "/manifests/latest";
    double cpu = registry.tree().cpuSeconds();
    Wrk run = Wrk.get(registry.endpoint().url(target), headers, CONNECTIONS, duration);
    cpu = registry.tree().cpuSeconds() - cpu;
    return new Sample(
        Map.of(RATE, run.perSecond(), CPU, cpu / run.requests() * 10_000, P99, run.p99Millis()),
        run.failed(),
        run.failed() == 0 ? List.of() : List.of("requests without a 2xx answer"));
  }
}
