package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.client.Response;
import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Cluster;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * Clients pull a manifest and put one through haproxy, again and again, while a replica is killed.
 * An error is an answer other than the expected one, or a connection that breaks.
 */
public final class ReplicaKill implements Row.OfBreakwater {
  private static final int PULLING = 12;
  private static final int PUSHING = 4;
  private static final long BEFORE_MILLIS = 2_000;
  private static final long AFTER_MILLIS = 8_000;

  private static final Metric LAST =
      new Metric("secondsToLastError", "s from the kill to the last error", 2);
  private static final Metric ERRORS = new Metric("errors", "errors", 0);
  private static final Metric REQUESTS = new Metric("requests", "requests", 0);

  private final RandomGenerator random;

  public ReplicaKill(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "replica-kill";
  }

  @Override
  public String title() {
    return PULLING
        + " clients pull and "
        + PUSHING
        + " put manifests through haproxy while one of three replicas is killed";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(LAST, ERRORS, REQUESTS);
  }

  /** {@code fall} times {@code inter} of {@code deploy/cluster/haproxy.cfg}. */
  @Override
  public List<Goal> goals() {
    return List.of(new Goal.AtMost(2, LAST), new Goal.NoFailure());
  }

  @Override
  public List<Sample> run(Breakwater breakwater, Path folder, int rounds)
      throws IOException, InterruptedException {
    try (Cluster cluster = Cluster.start(breakwater)) {
      Image image = Image.random(random, 1, 1024);
      try (RegistryClient client = client(cluster)) {
        image.push(client, Names.REPOSITORY, "latest");
      }
      List<Sample> samples = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        int replica = Cluster.REPLICAS.get(round % Cluster.REPLICAS.size());
        samples.add(kill(cluster, replica, image));
        cluster.restart(replica);
      }
      return samples;
    }
  }

  private static Sample kill(Cluster cluster, int replica, Image image)
      throws IOException, InterruptedException {
    Watch watch = new Watch();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < PULLING; i++) {
      threads.add(watch.repeat(cluster, client -> pull(client)));
    }
    for (int i = 0; i < PUSHING; i++) {
      String tag = "tag-" + i;
      threads.add(
          watch.repeat(cluster, client -> image.putManifest(client, Names.REPOSITORY, tag)));
    }
    Thread.sleep(BEFORE_MILLIS);
    if (watch.errors.sum() > 0) {
      watch.ended.set(true);
      return Sample.failure("there were errors before anything was killed");
    }
    long killed = System.nanoTime();
    cluster.kill("replica-" + replica);
    Thread.sleep(AFTER_MILLIS);
    watch.ended.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    long last = watch.lastError.get();
    return Sample.of(
        Map.of(
            LAST, last == 0 ? 0 : (last - killed) / 1e9,
            ERRORS, (double) watch.errors.sum(),
            REQUESTS, (double) watch.requests.sum()));
  }

  private static void pull(RegistryClient client) throws IOException {
    Response answer =
        client
            .connection()
            .send(
                "GET",
                "/v2/" + Names.REPOSITORY + "/manifests/latest",
                Map.of("Authorization", client.authorization().orElseThrow()),
                Body.NONE);
    answer.expect(200);
  }

  private static RegistryClient client(Cluster cluster) throws IOException {
    return cluster.client(cluster.balancer()).authorize(Names.REPOSITORY);
  }

  /** What all clients saw. */
  private static final class Watch {
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicLong lastError = new AtomicLong();
    private final LongAdder errors = new LongAdder();
    private final LongAdder requests = new LongAdder();

    Thread repeat(Cluster cluster, Request request) {
      return Thread.ofVirtual()
          .start(() -> {
            while (!ended.get()) {
              try (RegistryClient client = client(cluster)) {
                while (!ended.get()) {
                  request.send(client);
                  requests.increment();
                }
              } catch (IOException e) {
                errors.increment();
                lastError.accumulateAndGet(System.nanoTime(), Math::max);
              }
            }
          });
    }
  }

  /** May fail. */
  private interface Request {
    void send(RegistryClient client) throws IOException;
  }
}
