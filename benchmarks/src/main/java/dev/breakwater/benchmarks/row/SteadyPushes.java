package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/**
 * A few clients that push manifests into repositories of their own, with pauses, as builds do: the
 * machine is not busy with them alone.
 */
final class SteadyPushes implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final int LONGEST_PAUSE_MILLIS = 80;

  private final List<RegistryClient> clients = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Double> millis = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean ending;

  private SteadyPushes() {}

  static SteadyPushes begin(RunningRegistry registry, RandomGenerator random) throws IOException {
    SteadyPushes pushes = new SteadyPushes();
    for (int i = 0; i < CLIENTS; i++) {
      String repository = Names.REPOSITORY + "-" + i;
      RandomGenerator own = new SplittableRandom(random.nextLong());
      RegistryClient client = registry.client().authorize(repository);
      pushes.clients.add(client);
      pushes.threads.add(Thread.ofVirtual().start(() -> pushes.push(client, repository, own)));
    }
    return pushes;
  }

  /** How long each push took since the last call, in milliseconds. */
  List<Double> take() {
    List<Double> taken = new ArrayList<>();
    for (Double next = millis.poll(); next != null; next = millis.poll()) {
      taken.add(next);
    }
    return taken;
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  static double p99(List<Double> millis) {
    List<Double> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    return sorted.get(sorted.size() * 99 / 100);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    ending = true;
    for (Thread thread : threads) {
      thread.join();
    }
    for (RegistryClient client : clients) {
      client.close();
    }
  }

  private void push(RegistryClient client, String repository, RandomGenerator own) {
    try {
      while (!ending) {
        Image image = Image.random(own, 0, 0);
        image.pushBlobs(client, repository);
        long begin = System.nanoTime();
        image.putManifest(client, repository, "v" + own.nextInt(Integer.MAX_VALUE));
        millis.add((System.nanoTime() - begin) / 1e6);
        Thread.sleep(own.nextInt(LONGEST_PAUSE_MILLIS));
      }
    } catch (IOException | InterruptedException e) {
      failures.add(String.valueOf(e.getMessage()));
    }
  }
}
