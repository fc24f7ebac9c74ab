package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntPredicate;

/**
 * Several clients that do the same at once.
 *
 * @param millis how long each piece of work took that succeeded
 * @param seconds from the beginning to the end of the last one
 * @param cpuSeconds of the registry's whole process tree meanwhile
 * @param failures one for each piece of work that failed
 */
record Crowd(List<Double> millis, double seconds, double cpuSeconds, List<String> failures) {
  /** What a client does. */
  interface Work {
    /**
     * @param number of the client, from 0 on
     */
    void run(int number) throws IOException;
  }

  /** What a client does over a connection of its own. */
  interface Talk {
    void run(RegistryClient client, int number) throws IOException;
  }

  /** Every client works again and again until the time is over. */
  static Crowd during(Duration duration, RunningRegistry registry, int clients, Work work)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    return new Start(registry, Thread.ofVirtual().factory())
        .all(clients, _ -> System.nanoTime() < end, work);
  }

  /**
   * The same over one connection for each client, with a token for one repository; after a failure
   * over another one.
   */
  static Crowd talking(
      Duration duration, RunningRegistry registry, int clients, String repository, Talk talk)
      throws IOException, InterruptedException {
    try (Lines lines = new Lines(registry, repository, clients)) {
      return during(duration, registry, clients, number -> lines.use(number, talk));
    }
  }

  /** Every client works so many times, on a thread of the system. */
  static Crowd times(int times, RunningRegistry registry, int clients, Work work)
      throws IOException, InterruptedException {
    return new Start(registry, Thread.ofPlatform().factory())
        .all(clients, done -> done < times, work);
  }

  double perSecond() {
    return millis.size() / seconds;
  }

  double cpuPer(int operations) {
    return cpuSeconds / millis.size() * operations;
  }

  /** NaN when nothing succeeded. */
  double percentile(int percent) {
    double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length * percent / 100];
  }

  /** The first few. */
  List<String> reasons() {
    return failures.stream().distinct().limit(5).toList();
  }

  /** The clients wait for each other before they begin. */
  private record Start(RunningRegistry registry, ThreadFactory threads) {
    Crowd all(int clients, IntPredicate goesOn, Work work)
        throws IOException, InterruptedException {
      Queue<Double> millis = new ConcurrentLinkedQueue<>();
      Queue<String> failures = new ConcurrentLinkedQueue<>();
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        int number = i;
        Thread thread =
            threads.newThread(() -> {
              awaitStart(start);
              int done = 0;
              do {
                attempt(work, number, millis, failures);
              } while (goesOn.test(++done));
            });
        thread.start();
        running.add(thread);
      }
      double cpu = registry.tree().cpuSeconds();
      long begin = System.nanoTime();
      start.countDown();
      for (Thread thread : running) {
        thread.join();
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new Crowd(
          List.copyOf(millis), seconds, registry.tree().cpuSeconds() - cpu, List.copyOf(failures));
    }

    private static void attempt(
        Work work, int number, Collection<Double> millis, Collection<String> failures) {
      long begin = System.nanoTime();
      try {
        work.run(number);
        millis.add((System.nanoTime() - begin) / 1e6);
      } catch (IOException e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }

    private static void awaitStart(CountDownLatch start) {
      try {
        start.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
