package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Getter;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Layers that many have; over a plain line the client drops them inside the kernel. */
public final class BlobGet implements Row.Shared {
  private static final int MEBIBYTE = 1024 * 1024;
  private static final Metric RATE = new Metric("megabytesPerSecond", "MB/s", 1);
  private static final Metric CPU = new Metric("cpuSecondsPerGigabyte", "CPU s per GB", 2);

  /** What is got, and what is asked of it on plain lines. */
  public enum Size {
    SMALL("-4k", "4 KiB", 4096, 16, 8, List.of()),
    USUAL("", "1 MiB", MEBIBYTE, 16, 1.5, List.of(0.5)),
    LARGE("-256m", "256 MiB", 256 * MEBIBYTE, 1, 1.1, List.of(0.36));

    private final String suffix;
    private final String words;
    private final int bytes;
    private final int connections;
    private final double timesBest;
    private final List<Double> cpuPerGigabyte;

    Size(
        String suffix,
        String words,
        int bytes,
        int connections,
        double timesBest,
        List<Double> cpuPerGigabyte) {
      this.suffix = suffix;
      this.words = words;
      this.bytes = bytes;
      this.connections = connections;
      this.timesBest = timesBest;
      this.cpuPerGigabyte = cpuPerGigabyte;
    }
  }

  private final RandomGenerator random;
  private final Path work;
  private final Size size;
  private final boolean tls;
  private final Map<String, List<String>> digests = new HashMap<>();

  /**
   * @param work where to put a large blob
   */
  public BlobGet(RandomGenerator random, Path work, Size size, boolean tls) {
    this.random = random;
    this.work = work;
    this.size = size;
    this.tls = tls;
  }

  @Override
  public boolean tls() {
    return tls;
  }

  @Override
  public String name() {
    return (tls ? "tls-blob-get" : "blob-get") + size.suffix;
  }

  @Override
  public String title() {
    return "GET of blobs of "
        + size.words
        + ", "
        + size.connections
        + (size.connections == 1 ? " connection, " : " connections, ")
        + (tls ? "TLS 1.3 with AES-128-GCM" : "plain HTTP/1.1");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, CPU);
  }

  @Override
  public List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    if (tls) {
      Goal cpu = new Goal.AtMostTimesBest(0.8, CPU);
      goals.add(Load.unlessBusy(new Goal.AtLeastTimesBest(1, RATE), cpu));
      goals.add(cpu);
    } else {
      goals.add(new Goal.AtLeastTimesBest(size.timesBest, RATE));
      size.cpuPerGigabyte.forEach(bound -> goals.add(new Goal.AtMost(bound, CPU)));
    }
    goals.add(new Goal.NoFailure());
    return goals;
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException {
    List<String> pushed = new ArrayList<>();
    try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
      if (size == Size.LARGE) {
        pushed.add(pushLarge(client));
      } else {
        for (int i = 0; i < size.connections; i++) {
          pushed.add(push(client));
        }
      }
    }
    digests.put(registry.name(), pushed);
  }

  private String push(RegistryClient client) throws IOException {
    byte[] blob = new byte[size.bytes];
    random.nextBytes(blob);
    String digest = Image.digest(blob);
    client.pushByPut(Names.REPOSITORY, digest, new Body.FromBytes(blob));
    byte[] back = client.getBlob(Names.REPOSITORY, digest).bytes();
    if (!Image.digest(back).equals(digest)) {
      throw new IOException("a blob came back changed");
    }
    return digest;
  }

  private String pushLarge(RegistryClient client) throws IOException {
    LayerFile layer = new LayerFile(work.resolve("layer-got"), size.bytes);
    layer.make(random);
    String digest = layer.renew(random);
    client.pushByPut(Names.REPOSITORY, digest, layer.body());
    return digest;
  }

  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    Map<String, String> headers = Names.authorization(registry, Names.REPOSITORY);
    List<String> targets =
        digests.getOrDefault(registry.name(), List.of()).stream()
            .map(digest -> "/v2/" + Names.REPOSITORY + "/blobs/" + digest)
            .toList();
    AtomicLong bytes = new AtomicLong();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    double cpu = registry.tree().cpuSeconds();
    long begin = System.nanoTime();
    long end = begin + duration.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < size.connections; i++) {
      int first = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  bytes.addAndGet(getUntil(end, first, registry, targets, headers));
                } catch (IOException e) {
                  failures.add(String.valueOf(e.getMessage()));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    cpu = registry.tree().cpuSeconds() - cpu;
    return new Sample(
        Map.of(RATE, bytes.get() / 1e6 / seconds, CPU, cpu / (bytes.get() / 1e9)),
        failures.size(),
        List.copyOf(failures));
  }

  private static long getUntil(
      long end,
      int first,
      RunningRegistry registry,
      List<String> targets,
      Map<String, String> headers)
      throws IOException {
    long bytes = 0;
    try (Getter getter = Getter.to(registry.endpoint())) {
      for (int i = first; System.nanoTime() < end; i++) {
        bytes += getter.get(targets.get(i % targets.size()), headers);
      }
    }
    return bytes;
  }
}
