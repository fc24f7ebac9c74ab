package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * A farm of builds that all push the same new layer. One more client sends other bytes under the
 * same digest: it must be refused, so the bytes of each are looked at.
 */
public final class SameLayer implements Row.Shared {
  private static final int CLIENTS = 50;
  private static final int BLOB_BYTES = 64 * 1024 * 1024;
  private static final long PATIENCE_NANOS = 3_000_000_000L;
  private static final Metric SECONDS = new Metric("seconds", "s until all have it", 2);
  private static final Metric CPU = new Metric("cpuSeconds", "CPU s", 2);
  private static final Metric COPIES = new Metric("copiesWritten", "copies written", 2);
  private static final Metric STORED = new Metric("copiesStored", "copies stored", 0);

  private final RandomGenerator random;
  private final LayerFile layer;
  private final LayerFile other;
  private final boolean patch;

  /**
   * @param work where to put the layer
   * @param patch as docker does, who tells the digest only at the end
   */
  public SameLayer(RandomGenerator random, Path work, boolean patch) {
    this.random = random;
    this.layer = new LayerFile(work.resolve("layer-of-all"), BLOB_BYTES);
    this.other = new LayerFile(work.resolve("layer-of-one"), BLOB_BYTES);
    this.patch = patch;
  }

  @Override
  public String name() {
    return patch ? "same-layer-patch" : "same-layer";
  }

  @Override
  public String title() {
    return CLIENTS
        + " clients push the same new layer of 64 MiB at once by POST and "
        + (patch ? "PATCH" : "PUT")
        + ", and one lies";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(SECONDS, CPU, COPIES, STORED);
  }

  @Override
  public List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    if (!patch) {
      goals.add(new Goal.AtMost(4, COPIES));
    }
    goals.add(new Goal.AtLeast(1, STORED));
    goals.add(new Goal.AtMost(1, STORED));
    goals.add(new Goal.NoFailure());
    return goals;
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException {
    layer.make(random);
    other.make(random);
  }

  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    String digest = layer.renew(random);
    Disk.sync();
    int before = Disk.count(registry, BLOB_BYTES);
    long written = registry.tree().bytesWritten();
    AtomicInteger believed = new AtomicInteger();
    Crowd crowd =
        Crowd.times(
            1,
            registry,
            CLIENTS + 1,
            number -> {
              try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
                if (number == CLIENTS) {
                  believed.addAndGet(lie(client, digest, other.body()) ? 1 : 0);
                } else {
                  push(client, digest);
                }
              }
            });
    written = registry.tree().bytesWritten() - written;
    int stored = stored(registry, before);
    Disk.forget(registry, Names.REPOSITORY, digest);
    List<String> failures = new ArrayList<>(crowd.failures());
    if (believed.get() > 0) {
      failures.add("bytes were taken that are not those of the digest");
    }
    return new Sample(
        Map.of(
            SECONDS,
            crowd.seconds(),
            CPU,
            crowd.cpuSeconds(),
            COPIES,
            (double) written / BLOB_BYTES,
            STORED,
            (double) stored),
        failures.size(),
        failures.stream().distinct().limit(5).toList());
  }

  /** What a registry still has to clear away gets some time. */
  private static int stored(RunningRegistry registry, int before)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    int stored = Disk.count(registry, BLOB_BYTES) - before;
    while (stored > 1 && System.nanoTime() < end) {
      Thread.sleep(100);
      stored = Disk.count(registry, BLOB_BYTES) - before;
    }
    return stored;
  }

  private void push(RegistryClient client, String digest) throws IOException {
    if (patch) {
      client.pushByPatch(Names.REPOSITORY, digest, layer.body());
    } else {
      client.pushByPut(Names.REPOSITORY, digest, layer.body());
    }
  }

  /** Where the connection is closed instead of an answer, it was refused as well. */
  private static boolean lie(RegistryClient client, String digest, Body body) {
    try {
      return client.lies(Names.REPOSITORY, digest, body);
    } catch (IOException _) {
      return false;
    }
  }
}
