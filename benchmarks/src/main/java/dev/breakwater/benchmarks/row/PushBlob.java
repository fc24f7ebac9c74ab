package dev.breakwater.benchmarks.row;

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
import java.util.random.RandomGenerator;

/** One large layer at a time; over a plain line the kernel copies it from a file to the socket. */
public final class PushBlob implements Row.Shared {
  private static final int MEBIBYTE = 1024 * 1024;
  private static final Metric RATE = new Metric("megabytesPerSecond", "MB/s", 0);
  private static final Metric CPU = new Metric("cpuSecondsPerGigabyte", "CPU s per GB", 2);

  /**
   * What is pushed.
   *
   * @param pushes in a visit
   */
  public record Size(int mebibytes, int pushes) {
    /** A layer with a compiler or a model in it. */
    public static final Size LARGE = new Size(256, 3);
  }

  private final RandomGenerator random;
  private final Path work;
  private final Size size;
  private final boolean patch;
  private final boolean tls;

  /**
   * @param work where to put the layer
   * @param patch as docker does, instead of as containerd does
   */
  public PushBlob(RandomGenerator random, Path work, Size size, boolean patch, boolean tls) {
    this.random = random;
    this.work = work;
    this.size = size;
    this.patch = patch;
    this.tls = tls;
  }

  @Override
  public boolean tls() {
    return tls;
  }

  @Override
  public String name() {
    return (tls ? "tls-push" : "push") + (patch ? "-patch" : "");
  }

  @Override
  public String title() {
    return "push of one blob of "
        + size.mebibytes()
        + " MiB by POST and "
        + (patch ? "PATCH, " : "PUT, ")
        + (tls ? "TLS 1.3 with AES-128-GCM" : "plain HTTP/1.1");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, CPU);
  }

  @Override
  public List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    Goal rate = new Goal.AtLeastTimesBest(1, RATE);
    Goal cpu = tls ? new Goal.AtMostTimesBest(0.8, CPU) : new Goal.AtMost(1.6, CPU);
    goals.add(Load.unlessBusy(rate, cpu));
    if (tls || !patch) {
      goals.add(cpu);
    }
    goals.add(new Goal.NoFailure());
    return goals;
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException {
    layer().make(random);
  }

  private LayerFile layer() {
    return new LayerFile(
        work.resolve("layer-" + size.mebibytes()), (long) size.mebibytes() * MEBIBYTE);
  }

  /** Pushes some blobs, one after the other, and leaves the disk idle behind it. */
  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    double cpu = 0;
    double seconds = 0;
    LayerFile layer = layer();
    for (int i = 0; i < size.pushes(); i++) {
      String digest = layer.renew(random);
      Disk.sync();
      try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
        double cpuBefore = registry.tree().cpuSeconds();
        long begin = System.nanoTime();
        if (patch) {
          client.pushByPatch(Names.REPOSITORY, digest, layer.body());
        } else {
          client.pushByPut(Names.REPOSITORY, digest, layer.body());
        }
        seconds += (System.nanoTime() - begin) / 1e9;
        cpu += registry.tree().cpuSeconds() - cpuBefore;
        if (!client.hasBlob(Names.REPOSITORY, digest)) {
          return Sample.failure("the blob was acknowledged and is not there");
        }
      }
      Disk.forget(registry, Names.REPOSITORY, digest);
    }
    Disk.sync();
    double bytes = (double) size.mebibytes() * MEBIBYTE * size.pushes();
    return Sample.of(Map.of(RATE, bytes / 1e6 / seconds, CPU, cpu / (bytes / 1e9)));
  }
}
