package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.registry.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Many pushes of different blobs at the same time.
 *
 * @param seconds until the last one had its answer
 * @param growthMegabytes of the registry's processes meanwhile
 */
record S3Pushes(double seconds, double growthMegabytes, List<String> failures) {
  private static final long LOOK_MILLIS = 200;

  static S3Pushes atOnce(RunningRegistry registry, int count, int blobBytes, RandomGenerator random)
      throws IOException, InterruptedException {
    byte[] shared = new byte[blobBytes];
    random.nextBytes(shared);
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Body.Stamped body = new Body.Stamped(shared, random.nextLong());
      layers.add(new Layer(body, body.digest()));
    }
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    double idle = registry.tree().pssMegabytes();
    double peak = idle;
    long begin = System.nanoTime();
    List<Thread> threads = layers.stream().map(it -> push(registry, it, failures)).toList();
    while (threads.stream().anyMatch(Thread::isAlive)) {
      peak = Math.max(peak, registry.tree().pssMegabytes());
      Thread.sleep(LOOK_MILLIS);
    }
    return new S3Pushes((System.nanoTime() - begin) / 1e9, peak - idle, List.copyOf(failures));
  }

  private static Thread push(RunningRegistry registry, Layer layer, Queue<String> failures) {
    return Thread.ofPlatform()
        .start(() -> {
          try (RegistryClient client = registry.client().authorize(Names.REPOSITORY)) {
            client.pushByPut(Names.REPOSITORY, layer.digest(), layer.body());
            if (!client.hasBlob(Names.REPOSITORY, layer.digest())) {
              failures.add("a blob was acknowledged and is not there");
            }
          } catch (IOException e) {
            failures.add(String.valueOf(e.getMessage()));
          }
        });
  }

  /** So that file pages go round, and disks do not fill. */
  static void removeBlobs(S3Server server) throws IOException {
    try (Stream<Path> files = Files.walk(server.bucket())) {
      for (Path file : files.filter(path -> path.endsWith("data")).toList()) {
        if (Files.isRegularFile(file)) {
          Files.delete(file);
        }
      }
    }
  }

  private record Layer(Body body, String digest) {}
}
