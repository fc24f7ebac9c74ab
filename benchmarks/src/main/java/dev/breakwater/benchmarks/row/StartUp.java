package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.client.Response;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How long a restart keeps clients waiting, and what a server needs that has nothing to do. */
public final class StartUp implements Row.Alone {
  private static final long SETTLE_MILLIS = 10_000;
  private static final Metric READY = new Metric("secondsToReady", "s to ready", 2);
  private static final Metric CPU = new Metric("cpuSecondsToReady", "CPU s to ready", 2);
  private static final Metric IDLE = new Metric("idleMegabytes", "idle MB", 0);

  private final RandomGenerator random;

  public StartUp(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "start-up";
  }

  @Override
  public String title() {
    return "from the command to ready on data that is there already; PSS of the idle process tree";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(READY, CPU, IDLE);
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.AtMost(2, READY), new Goal.AtMost(300, IDLE), new Goal.NoFailure());
  }

  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    try (RunningRegistry registry = RunningRegistry.start(product, folder);
        RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
      Image.random(random, 2, 1024).push(client, Names.REPOSITORY, "latest");
    }
    List<Sample> samples = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      samples.add(restart(product, folder));
    }
    return samples;
  }

  private static Sample restart(Product product, Path folder)
      throws IOException, InterruptedException {
    try (RunningRegistry registry = RunningRegistry.start(product, folder)) {
      double cpu = registry.tree().cpuSeconds();
      try (RegistryClient client = registry.client()) {
        Response answer = client.connection().send("GET", "/v2/").discard();
        if (answer.status() != 200 && answer.status() != 401) {
          return Sample.failure("ready, and yet /v2/ is answered with " + answer.status());
        }
      }
      Thread.sleep(SETTLE_MILLIS);
      return Sample.of(
          Map.of(
              READY,
              registry.timeToReady().toNanos() / 1e9,
              CPU,
              cpu,
              IDLE,
              registry.tree().pssMegabytes()));
    }
  }
}
