package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** What one tag costs while others come beside it; always a hundred of them are asked for. */
public final class GrowingTags implements Growing, Row.OfBreakwater {
  private static final String REPOSITORY = Names.REPOSITORY + "-growing";
  private static final int CLIENTS = 8;
  private static final int ASKED = 100;
  private static final int WARM_UPS = 3;
  private static final Duration VISIT = Duration.ofSeconds(4);

  private static final Growth.Cost PULL = new Growth.Cost("pull", "pull by tag: CPU µs", 0);
  private static final Growth.Cost PUSH = new Growth.Cost("push", "push of a tag: CPU µs", 0);
  private static final Growth.Cost LIST = new Growth.Cost("list", "page of 100 tags: CPU µs", 0);
  private static final Growth GROWTH =
      new Growth(
          "tags",
          List.of(100, 1_000, 10_000, 100_000),
          List.of(PULL, PUSH, LIST),
          Optional.of(1_000));

  private final RandomGenerator random;

  public GrowingTags(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "growing-tags";
  }

  @Override
  public String title() {
    return "pulls by tag, pushes of tags and pages of tags, "
        + CLIENTS
        + " clients, while the repository's tags grow";
  }

  @Override
  public Growth growth() {
    return GROWTH;
  }

  /** The rows of the tags compare the others. */
  @Override
  public List<Sample> run(Breakwater breakwater, Path folder, int rounds)
      throws IOException, InterruptedException {
    try (RunningRegistry registry = RunningRegistry.start(breakwater, folder)) {
      ManyTags.pushFirst(registry, REPOSITORY);
      return GROWTH.run(rounds, WARM_UPS, new Tags(registry));
    }
  }

  private final class Tags implements Growth.Measure {
    private final RunningRegistry registry;
    private final byte[] manifest;
    private final AtomicLong next = new AtomicLong();
    private int filled = 1;

    Tags(RunningRegistry registry) throws IOException {
      this.registry = registry;
      try (RegistryClient client = registry.client().authorize(REPOSITORY)) {
        this.manifest = client.getManifest(REPOSITORY, ManyTags.tag(0)).bytes();
      }
    }

    @Override
    public void grow(int size) throws IOException, InterruptedException {
      ManyTags.add(registry, REPOSITORY, filled, size);
      filled = size;
    }

    @Override
    public Map<Growth.Cost, Double> costs(int size) throws IOException, InterruptedException {
      List<String> asked =
          IntStream.range(0, ASKED).mapToObj(_ -> ManyTags.tag(random.nextInt(size))).toList();
      AtomicLong turn = new AtomicLong();
      Map<Growth.Cost, Double> costs = new HashMap<>();
      costs.put(
          PULL,
          each((client, _) ->
              client
                  .getManifest(REPOSITORY, asked.get((int) (turn.incrementAndGet() % ASKED)))
                  .discard()));
      costs.put(
          PUSH,
          each((client, _) ->
              client.putManifest(REPOSITORY, "w" + next.incrementAndGet(), manifest)));
      costs.put(
          LIST,
          each((client, _) -> list(client, asked.get((int) (turn.incrementAndGet() % ASKED)))));
      return costs;
    }

    /** Microseconds of the processors for one. */
    private double each(Crowd.Talk talk) throws IOException, InterruptedException {
      Crowd crowd = Crowd.talking(VISIT, registry, CLIENTS, REPOSITORY, talk);
      if (!crowd.failures().isEmpty()) {
        throw new IOException(crowd.reasons().getFirst());
      }
      return crowd.cpuPer(1) * 1e6;
    }

    private static void list(RegistryClient client, String after) throws IOException {
      client
          .connection()
          .send(
              "GET",
              "/v2/" + REPOSITORY + "/tags/list?n=100&last=" + after,
              Map.of("Authorization", client.authorization().orElseThrow()),
              Body.NONE)
          .expect(200);
    }
  }
}
