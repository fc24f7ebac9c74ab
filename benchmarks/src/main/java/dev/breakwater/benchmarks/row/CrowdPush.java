package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * A whole company pushes into one project at the same moment: 500 users, each a member of their
 * own, who have logged in before. Where there are no users, as many clients.
 */
public final class CrowdPush implements Row.Alone {
  private static final int USERS = 500;
  private static final int LOGGING_IN = 8;
  private static final int IMAGES = 2;
  private static final int LAYER_BYTES = 4096;
  private static final String REPOSITORY = "library/crowd";

  private static final Metric RATE = new Metric("pushesPerSecond", "pushes/s", 1);
  private static final Metric SUCCESS = new Metric("successPercent", "succeed %", 1);
  private static final Metric MEDIAN = new Metric("medianMillis", "p50 ms", 0);
  private static final Metric P99 = new Metric("p99Millis", "p99 ms", 0);
  private static final Metric CPU = new Metric("cpuSecondsPer1000", "CPU s per 1,000", 2);

  /** They have the password of admin. */
  private static final String HIRE =
      """
      BEGIN;
      INSERT INTO app_user (username, email, real_name, password_hash)
      SELECT 'crowd' || n, 'crowd' || n || '@example.org', 'Crowd', admin.password_hash
      FROM generate_series(0, %d) n, app_user admin
      WHERE admin.username = 'admin';
      INSERT INTO project_member (project_id, user_id, role)
      SELECT project.id, app_user.id, 2
      FROM project, app_user
      WHERE project.name = 'library' AND app_user.username LIKE 'crowd%%';
      COMMIT;
      """
          .formatted(USERS - 1);

  private final RandomGenerator random;

  public CrowdPush(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "crowd-push";
  }

  @Override
  public String title() {
    return USERS
        + " users push images of a layer of 4 KiB and a config into one project at once, "
        + IMAGES
        + " each, one after the other";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, SUCCESS, MEDIAN, P99, CPU);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtLeast(60, RATE), new Goal.AtLeast(100, SUCCESS), new Goal.NoFailure());
  }

  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    try (RunningRegistry registry = RunningRegistry.start(product, folder)) {
      if (product instanceof Breakwater) {
        Psql.run(folder.resolve("data"), HIRE);
      }
      List<Optional<String>> tokens = logIn(registry);
      push(registry, tokens); // compilers are busy
      List<Sample> samples = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        samples.add(push(registry, tokens));
      }
      return samples;
    }
  }

  private static List<Optional<String>> logIn(RunningRegistry registry)
      throws IOException, InterruptedException {
    Map<Integer, Optional<String>> tokens = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    Crowd crowd =
        Crowd.times(
            1,
            registry,
            LOGGING_IN,
            _ -> {
              for (int n = next.getAndIncrement(); n < USERS; n = next.getAndIncrement()) {
                try (RegistryClient client =
                    registry.client("crowd" + n).authorize(repository(n))) {
                  tokens.put(n, client.authorization());
                }
              }
            });
    if (tokens.size() < USERS) {
      throw new IOException("not all users could log in: " + crowd.reasons());
    }
    List<Optional<String>> inOrder = new ArrayList<>();
    for (int n = 0; n < USERS; n++) {
      inOrder.add(tokens.getOrDefault(n, Optional.empty()));
    }
    return inOrder;
  }

  private Sample push(RunningRegistry registry, List<Optional<String>> tokens)
      throws IOException, InterruptedException {
    List<SplittableRandom> randoms =
        tokens.stream().map(_ -> new SplittableRandom(random.nextLong())).toList();
    Crowd crowd =
        Crowd.times(
            IMAGES,
            registry,
            USERS,
            number -> {
              RandomGenerator own = randoms.get(number);
              try (RegistryClient client = registry.client().authorized(tokens.get(number))) {
                Image.random(own, 1, LAYER_BYTES)
                    .push(client, repository(number), "v" + own.nextInt(Integer.MAX_VALUE));
              }
            });
    double all = USERS * IMAGES;
    return new Sample(
        Map.of(
            RATE,
            crowd.perSecond(),
            SUCCESS,
            crowd.millis().size() / all * 100,
            MEDIAN,
            crowd.percentile(50),
            P99,
            crowd.percentile(99),
            CPU,
            crowd.cpuPer(1000)),
        crowd.failures().size(),
        crowd.reasons());
  }

  /** Ten users share one. */
  private static String repository(int number) {
    return REPOSITORY + "-" + number / 10;
  }
}
