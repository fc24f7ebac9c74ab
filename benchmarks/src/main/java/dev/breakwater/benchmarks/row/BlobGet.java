package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.DiscardingConnection;
import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Layers of the size that most layers have; the client drops them inside the kernel. */
public final class BlobGet implements Row.Shared {
  private static final int CONNECTIONS = 16;
  private static final int BLOB_BYTES = 1024 * 1024;
  private static final Metric RATE = new Metric("megabytesPerSecond", "MB/s", 0);
  private static final Metric CPU = new Metric("cpuSecondsPerGigabyte", "CPU s per GB", 2);

  private final List<byte[]> blobs = new ArrayList<>();

  public BlobGet(RandomGenerator random) {
    for (int i = 0; i < CONNECTIONS; i++) {
      byte[] blob = new byte[BLOB_BYTES];
      random.nextBytes(blob);
      blobs.add(blob);
    }
  }

  @Override
  public String name() {
    return "blob-get";
  }

  @Override
  public String title() {
    return "GET of blobs of 1 MiB, " + CONNECTIONS + " connections, plain HTTP/1.1";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, CPU);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtLeastTimes(1.5, Names.NEW, RATE),
        new Goal.AtMost(0.5, CPU),
        new Goal.NoFailure());
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException {
    try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
      for (byte[] blob : blobs) {
        String digest = Image.digest(blob);
        client.pushByPut(Names.REPOSITORY, digest, new Body.FromBytes(blob));
        byte[] back = client.getBlob(Names.REPOSITORY, digest).bytes();
        if (!Image.digest(back).equals(digest)) {
          throw new IOException("a blob came back changed");
        }
      }
    }
  }

  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    Map<String, String> headers;
    try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
      headers =
          client.authorization().map(bearer -> Map.of("Authorization", bearer)).orElse(Map.of());
    }
    AtomicLong bytes = new AtomicLong();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    double cpu = registry.tree().cpuSeconds();
    long begin = System.nanoTime();
    long end = begin + duration.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      int first = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  bytes.addAndGet(getUntil(end, first, registry, headers));
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

  private long getUntil(long end, int first, RunningRegistry registry, Map<String, String> headers)
      throws IOException {
    List<String> targets =
        blobs.stream()
            .map(blob -> "/v2/" + Names.REPOSITORY + "/blobs/" + Image.digest(blob))
            .toList();
    long bytes = 0;
    try (DiscardingConnection connection = new DiscardingConnection(registry.endpoint())) {
      for (int i = first; System.nanoTime() < end; i++) {
        bytes += connection.get(targets.get(i % targets.size()), headers);
      }
    }
    return bytes;
  }
}
