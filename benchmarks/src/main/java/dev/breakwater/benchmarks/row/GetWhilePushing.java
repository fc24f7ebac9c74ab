package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.LayerFile;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/** How long pulls wait for a registry that hashes and writes as fast as it can. */
public final class GetWhilePushing implements Row.Shared {
  private static final int PUSHERS = 4;
  private static final int BLOB_BYTES = 256 * 1024 * 1024;
  private static final Metric PUSHED = new Metric("pushedMegabytesPerSecond", "pushed MB/s", 0);
  private static final Metric CPU = new Metric("cpuSeconds", "CPU s", 1);

  private final RandomGenerator random;
  private final List<LayerFile> layers = new ArrayList<>();

  /**
   * @param work where to put the layers
   */
  public GetWhilePushing(RandomGenerator random, Path work) {
    this.random = random;
    for (int i = 0; i < PUSHERS; i++) {
      layers.add(new LayerFile(work.resolve("layer-" + i + "-of-" + PUSHERS), BLOB_BYTES));
    }
  }

  @Override
  public String name() {
    return "get-while-pushing";
  }

  @Override
  public String title() {
    return "GET of a manifest by its tag, "
        + GetMany.CONNECTIONS
        + " connections, while "
        + PUSHERS
        + " clients push blobs of 256 MiB by POST and PUT";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(GetMany.P99, GetMany.RATE, PUSHED, CPU);
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.AtMostTimesBest(0.5, GetMany.P99), new Goal.NoFailure());
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException {
    for (LayerFile layer : layers) {
      layer.make(random);
    }
    try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
      Image.random(random, 6, 1024).push(client, Names.REPOSITORY, "latest");
    }
  }

  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    double cpu = registry.tree().cpuSeconds();
    Pushers pushers = new Pushers(registry);
    GetMany got;
    try {
      got =
          GetMany.run(
              registry, Names.REPOSITORY, "manifests/latest", GetMany.CONNECTIONS, duration);
    } finally {
      pushers.end();
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    cpu = registry.tree().cpuSeconds() - cpu;
    for (String digest : pushers.pushed) {
      Disk.forget(registry, Names.REPOSITORY, digest);
    }
    Disk.sync();
    List<String> reasons = new ArrayList<>(got.reasons());
    reasons.addAll(pushers.failures);
    return new Sample(
        Map.of(
            GetMany.P99,
            got.run().p99Millis(),
            GetMany.RATE,
            got.run().perSecond(),
            PUSHED,
            pushers.pushed.size() * (BLOB_BYTES / 1e6) / seconds,
            CPU,
            cpu),
        got.run().failed() + pushers.failures.size(),
        reasons);
  }

  /** Each pushes one blob after the other until all are told to end. */
  private final class Pushers {
    private final Queue<String> pushed = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ending;

    Pushers(RunningRegistry registry) {
      for (LayerFile layer : layers) {
        RandomGenerator own = new SplittableRandom(random.nextLong());
        threads.add(Thread.ofPlatform().start(() -> push(registry, layer, own)));
      }
    }

    private void push(RunningRegistry registry, LayerFile layer, RandomGenerator own) {
      try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
        while (!ending) {
          String digest = layer.renew(own);
          client.pushByPut(Names.REPOSITORY, digest, layer.body());
          pushed.add(digest);
        }
      } catch (IOException e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }

    void end() throws InterruptedException {
      ending = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }
}
