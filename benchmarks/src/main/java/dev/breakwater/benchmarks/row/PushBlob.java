package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.LayerFile;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** One large layer at a time; the client has the kernel copy it from a file to the socket. */
public final class PushBlob implements Row.Shared {
  private static final int BLOB_BYTES = 256 * 1024 * 1024;
  private static final int PUSHES = 3;
  private static final Metric RATE = new Metric("megabytesPerSecond", "MB/s", 0);
  private static final Metric CPU = new Metric("cpuSecondsPerGigabyte", "CPU s per GB", 2);

  private final RandomGenerator random;
  private final LayerFile layer;

  /**
   * @param work where to put the layer
   */
  public PushBlob(RandomGenerator random, Path work) {
    this.random = random;
    this.layer = new LayerFile(work.resolve("layer"), BLOB_BYTES);
  }

  @Override
  public String name() {
    return "push";
  }

  @Override
  public String title() {
    return "push of one blob of 256 MiB by POST and PUT, plain HTTP/1.1";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, CPU);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtLeastTimes(1, Names.NEW, RATE), new Goal.AtMost(1.8, CPU), new Goal.NoFailure());
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException {
    layer.make(random);
  }

  /**
   * Removes the file, so that the pages of the kernel's file cache go from one push to the next as
   * on a machine that has run for long; all registries have the same layout.
   */
  private static void forget(RunningRegistry registry, String digest) throws IOException {
    String hash = digest.substring(digest.indexOf(':') + 1);
    try (Stream<Path> files = Files.walk(registry.folder())) {
      for (Path file : files.filter(path -> path.endsWith(Path.of(hash, "data"))).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Pushes {@value #PUSHES} blobs, one after the other, and leaves the disk idle behind it. */
  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    double cpu = 0;
    double seconds = 0;
    for (int i = 0; i < PUSHES; i++) {
      String digest = layer.renew(random);
      sync();
      try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
        double cpuBefore = registry.tree().cpuSeconds();
        long begin = System.nanoTime();
        client.pushByPut(Names.REPOSITORY, digest, layer.body());
        seconds += (System.nanoTime() - begin) / 1e9;
        cpu += registry.tree().cpuSeconds() - cpuBefore;
        if (!client.hasBlob(Names.REPOSITORY, digest)) {
          return Sample.failure("the blob was acknowledged and is not there");
        }
      }
      forget(registry, digest);
    }
    sync();
    double bytes = (double) BLOB_BYTES * PUSHES;
    return Sample.of(Map.of(RATE, bytes / 1e6 / seconds, CPU, cpu / (bytes / 1e9)));
  }

  private static void sync() throws IOException, InterruptedException {
    if (new ProcessBuilder("sync").inheritIO().start().waitFor() != 0) {
      throw new IOException("sync failed");
    }
  }
}
