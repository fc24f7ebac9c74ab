package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What a pull costs when ever more clients ask at the same time. */
public final class GrowingConnections implements Growing {
  private static final int WARM_UPS = 5;
  private static final Duration VISIT = Duration.ofSeconds(4);

  private static final Growth.Cost CPU = new Growth.Cost("cpu", "manifest GET: CPU µs", 1);
  private static final Growth.Cost RATE = new Growth.Cost("rate", "manifest GET: requests/s", 0);
  private static final Growth.Cost P99 = new Growth.Cost("p99", "manifest GET: p99 ms", 1);
  private static final Growth GROWTH =
      new Growth(
          "connections", List.of(1, 10, 100, 1_000), List.of(CPU, RATE, P99), Optional.empty());

  private final RandomGenerator random;

  public GrowingConnections(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "growing-connections";
  }

  @Override
  public String title() {
    return "GET of a manifest by its tag over ever more connections";
  }

  @Override
  public Growth growth() {
    return GROWTH;
  }

  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    try (RunningRegistry registry = RunningRegistry.start(product, folder)) {
      try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
        Image.random(random, 6, 1024).push(client, Names.REPOSITORY, "latest");
      }
      return GROWTH.run(rounds, WARM_UPS, new Gets(registry));
    }
  }

  private record Gets(RunningRegistry registry) implements Growth.Measure {
    @Override
    public void grow(int size) {}

    @Override
    public Map<Growth.Cost, Double> costs(int size) throws IOException, InterruptedException {
      GetMany got = GetMany.run(registry, Names.REPOSITORY, "manifests/latest", size, VISIT);
      if (got.run().failed() > 0) {
        throw new IOException(got.reasons().getFirst());
      }
      return Map.of(
          CPU, got.cpuPer10000() * 100, RATE, got.run().perSecond(), P99, got.run().p99Millis());
    }
  }
}
