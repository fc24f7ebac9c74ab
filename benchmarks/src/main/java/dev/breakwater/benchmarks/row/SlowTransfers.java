package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.ProcessTree;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.registry.TlsFiles;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/**
 * Many clients behind slow lines. All of them move {@value SlowTransfer#BYTES_PER_SECOND} bytes a
 * second for a while, in which the memory is looked at, then as fast as they can until the end, and
 * then every byte must have come.
 */
public final class SlowTransfers implements Row.Alone {
  private static final int DOWNLOADS = 500;
  private static final int UPLOADS = 100;
  private static final int CONNECTING = 32;
  private static final int BLOB_BYTES = 8 * 1024 * 1024;
  private static final long SETTLE_MILLIS = 5_000;
  private static final long LOOK_MILLIS = 500;

  private static final Metric IDLE = new Metric("idleMegabytes", "idle MB", 0);
  private static final Metric PEAK = new Metric("peakMegabytes", "peak MB", 0);
  private static final Metric GROWTH = new Metric("growthMegabytes", "growth MB", 0);
  private static final Metric FAST_PEAK =
      new Metric("fastPeakMegabytes", "peak MB when they hurry", 0);
  private static final Metric CPU = new Metric("cpuSeconds", "CPU s", 1);

  private final RandomGenerator random;
  private final boolean tls;
  private final int slowSeconds;

  /**
   * @param slowSeconds how long the clients stay slow
   */
  public SlowTransfers(RandomGenerator random, boolean tls, int slowSeconds) {
    this.random = random;
    this.tls = tls;
    this.slowSeconds = slowSeconds;
  }

  @Override
  public String name() {
    return tls ? "slow-tls" : "slow-plain";
  }

  @Override
  public String title() {
    return DOWNLOADS
        + " slow downloads and "
        + UPLOADS
        + " slow uploads at once, "
        + (tls ? "TLS 1.3" : "plain HTTP/1.1")
        + "; PSS of the process tree";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(IDLE, PEAK, GROWTH, FAST_PEAK, CPU);
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.AtMost(150, GROWTH), new Goal.NoFailure());
  }

  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Optional<TlsFiles> files = tls ? Optional.of(TlsFiles.make(folder)) : Optional.empty();
    try (RunningRegistry registry = RunningRegistry.start(product, folder, files, List.of())) {
      return List.of(run(registry));
    }
  }

  private Sample run(RunningRegistry registry) throws IOException, InterruptedException {
    byte[] blob = new byte[BLOB_BYTES];
    random.nextBytes(blob);
    String digest = Image.digest(blob);
    String repository = Names.REPOSITORY;
    try (RegistryClient client = registry.client().authorize(repository)) {
      client.pushByPut(repository, digest, new Body.FromBytes(blob));
    }
    Thread.sleep(SETTLE_MILLIS);
    ProcessTree tree = registry.tree();
    double idle = tree.pssMegabytes();
    double cpu = tree.cpuSeconds();

    long hurryFrom = System.nanoTime() + slowSeconds * 1_000_000_000L;
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    SlowTransfer transfer =
        new SlowTransfer(registry, repository, hurryFrom, new Semaphore(CONNECTING));
    for (int i = 0; i < DOWNLOADS; i++) {
      threads.add(start(() -> transfer.download(digest), "download", failures));
    }
    for (int i = 0; i < UPLOADS; i++) {
      long seed = random.nextLong();
      threads.add(start(() -> transfer.upload(blob, seed), "upload", failures));
    }
    double peak = idle;
    double fastPeak = idle;
    while (threads.stream().anyMatch(Thread::isAlive)) {
      double now = tree.pssMegabytes();
      if (System.nanoTime() < hurryFrom) {
        peak = Math.max(peak, now);
      }
      fastPeak = Math.max(fastPeak, now);
      Thread.sleep(LOOK_MILLIS);
    }
    cpu = tree.cpuSeconds() - cpu;
    return new Sample(
        Map.of(IDLE, idle, PEAK, peak, GROWTH, peak - idle, FAST_PEAK, fastPeak, CPU, cpu),
        failures.size(),
        failures.stream().distinct().limit(5).toList());
  }

  private static Thread start(Attempt attempt, String what, Queue<String> failures) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            attempt.run();
          } catch (IOException | InterruptedException e) {
            failures.add(what + ": " + e);
          }
        });
  }

  /** May fail. */
  private interface Attempt {
    void run() throws IOException, InterruptedException;
  }
}
