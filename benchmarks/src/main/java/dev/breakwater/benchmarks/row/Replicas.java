package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Cluster;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What the same work costs when one replica of a cluster does all of it, and when three share it.
 * All three run all the time; counted are those that work, PostgreSQL, Redis and the S3 server.
 * Before, each does alone what warms it up: the compilers of three have three times the work. Which
 * comes first, the one or the three, changes with each round.
 */
public final class Replicas implements Row.OfBreakwater {
  private static final Duration VISIT = Duration.ofSeconds(8);
  private static final int CONNECTIONS = 30;
  private static final int PUSHERS = 6;
  private static final int IMAGES = 60;
  private static final int LAYERS = 6;
  private static final int LAYER_BYTES = 16 * 1024;
  private static final int WARM_UP_VISITS = 4;
  private static final int WARM_UP_IMAGES = 300;
  private static final List<String> SHARED = List.of("postgres", "redis-1", "redis-2", "s3");

  private static final Metric ONE_GET = new Metric("oneGet", "one: CPU s per 10,000 GETs", 2);
  private static final Metric THREE_GET = new Metric("threeGet", "three: CPU s per 10,000 GETs", 2);
  private static final Metric GET_RATIO = new Metric("getRatio", "GETs: three / one", 2);
  private static final Metric ONE_PUSH = new Metric("onePush", "one: CPU ms per image", 1);
  private static final Metric THREE_PUSH = new Metric("threePush", "three: CPU ms per image", 1);
  private static final Metric PUSH_RATIO = new Metric("pushRatio", "images: three / one", 2);

  private final RandomGenerator random;

  public Replicas(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "replicas";
  }

  @Override
  public String title() {
    return "manifest GETs and image pushes at one replica of a cluster, and spread over its three";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(ONE_GET, THREE_GET, GET_RATIO, ONE_PUSH, THREE_PUSH, PUSH_RATIO);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtMost(1.1, GET_RATIO), new Goal.AtMost(1.1, PUSH_RATIO), new Goal.NoFailure());
  }

  /** The others do not run in replicas. */
  @Override
  public List<Sample> run(Breakwater breakwater, Path folder, int rounds)
      throws IOException, InterruptedException {
    try (Cluster cluster = Cluster.start(breakwater)) {
      try (RegistryClient client = client(cluster, 1)) {
        Image.random(random, LAYERS, 1024).push(client, Names.REPOSITORY, "latest");
      }
      for (int replica : Cluster.REPLICAS) {
        warmUp(cluster, List.of(replica));
      }
      List<Sample> samples = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        samples.add(compare(cluster, round % 2 == 0));
      }
      return samples;
    }
  }

  private void warmUp(Cluster cluster, List<Integer> replica)
      throws IOException, InterruptedException {
    for (int visit = 0; visit < WARM_UP_VISITS; visit++) {
      get(cluster, replica);
    }
    push(cluster, replica, WARM_UP_IMAGES);
  }

  private Sample compare(Cluster cluster, boolean oneFirst)
      throws IOException, InterruptedException {
    List<Integer> first = oneFirst ? List.of(1) : Cluster.REPLICAS;
    List<Integer> second = oneFirst ? Cluster.REPLICAS : List.of(1);
    double firstGet = get(cluster, first);
    double secondGet = get(cluster, second);
    double firstPush = push(cluster, first, IMAGES);
    double secondPush = push(cluster, second, IMAGES);
    double oneGet = oneFirst ? firstGet : secondGet;
    double threeGet = oneFirst ? secondGet : firstGet;
    double onePush = oneFirst ? firstPush : secondPush;
    double threePush = oneFirst ? secondPush : firstPush;
    return Sample.of(
        Map.of(
            ONE_GET, oneGet,
            THREE_GET, threeGet,
            GET_RATIO, threeGet / oneGet,
            ONE_PUSH, onePush,
            THREE_PUSH, threePush,
            PUSH_RATIO, threePush / onePush));
  }

  /** CPU seconds for 10,000. */
  private static double get(Cluster cluster, List<Integer> replicas)
      throws IOException, InterruptedException {
    List<Callable<Wrk>> runs = new ArrayList<>();
    for (int replica : replicas) {
      String url = cluster.replica(replica).url("/v2/" + Names.REPOSITORY + "/manifests/latest");
      try (RegistryClient client = client(cluster, replica)) {
        Map<String, String> headers =
            Map.of(
                "Accept",
                Image.MANIFEST_TYPE,
                "Authorization",
                client.authorization().orElseThrow());
        runs.add(() -> Wrk.get(url, headers, CONNECTIONS / replicas.size(), VISIT));
      }
    }
    double before = cpu(cluster, replicas);
    List<Wrk> results = atOnce(runs);
    double cpu = cpu(cluster, replicas) - before;
    if (results.stream().anyMatch(it -> it.failed() > 0)) {
      throw new IOException("requests without a 2xx answer");
    }
    return cpu / results.stream().mapToLong(Wrk::requests).sum() * 10_000;
  }

  /**
   * CPU milliseconds for one image.
   *
   * @param each how many images each client pushes
   */
  private double push(Cluster cluster, List<Integer> replicas, int each)
      throws IOException, InterruptedException {
    List<Callable<Integer>> runs = new ArrayList<>();
    for (int pusher = 0; pusher < PUSHERS; pusher++) {
      int replica = replicas.get(pusher % replicas.size());
      RandomGenerator own = new SplittableRandom(random.nextLong());
      runs.add(() -> pushImages(cluster, replica, each, own));
    }
    double before = cpu(cluster, replicas);
    int images = atOnce(runs).stream().mapToInt(Integer::intValue).sum();
    return (cpu(cluster, replicas) - before) * 1000 / images;
  }

  private static int pushImages(Cluster cluster, int replica, int images, RandomGenerator random)
      throws IOException {
    try (RegistryClient client = client(cluster, replica)) {
      for (int i = 0; i < images; i++) {
        Image.random(random, LAYERS, LAYER_BYTES)
            .push(client, Names.REPOSITORY, "v" + random.nextInt(Integer.MAX_VALUE));
      }
    }
    return images;
  }

  private static double cpu(Cluster cluster, List<Integer> replicas) throws IOException {
    return cluster.cpuSeconds(
        Stream.concat(SHARED.stream(), replicas.stream().map(number -> "replica-" + number))
            .toList());
  }

  private static RegistryClient client(Cluster cluster, int replica) throws IOException {
    return cluster.client(cluster.replica(replica)).authorize(Names.REPOSITORY);
  }

  private static <T> List<T> atOnce(List<Callable<T>> runs)
      throws IOException, InterruptedException {
    List<T> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<T> each : threads.invokeAll(runs)) {
        results.add(each.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }
}
