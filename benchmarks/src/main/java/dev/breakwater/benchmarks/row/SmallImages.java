package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.PushedImage;
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
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Whole images of six small layers by eight clients, where requests count and bytes do not. As with
 * a real client each image has a connection of its own and, where one is needed, a token of its
 * own; its requests go one after the other.
 */
public final class SmallImages implements Row.Shared {
  static final int LAYERS = 6;
  static final int LAYER_BYTES = 16 * 1024;

  private static final int CLIENTS = 8;
  private static final Metric RATE = new Metric("imagesPerSecond", "images/s", 1);
  private static final Metric CPU = new Metric("cpuSecondsPer1000", "CPU s per 1,000", 2);
  private static final Metric P99 = new Metric("p99Millis", "p99 ms", 1);

  /** What is done with them. */
  public enum Kind {
    /** As docker does it, images that no registry has seen. */
    PUSH("image-push", "push of images"),
    /** Of images that are there: every layer is asked for, the manifest put again. */
    PUSH_AGAIN("image-repush", "push of images that are there already"),
    /** As containerd does it. */
    PULL("image-pull", "pull of images");

    private final String row;
    private final String words;

    Kind(String row, String words) {
      this.row = row;
      this.words = words;
    }
  }

  private final RandomGenerator random;
  private final Kind kind;
  private final List<Image> images = new ArrayList<>();
  private final List<PushedImage> pushed;

  public SmallImages(RandomGenerator random, Kind kind) {
    this.random = random;
    this.kind = kind;
    for (int i = 0; i < CLIENTS; i++) {
      images.add(Image.random(random, LAYERS, LAYER_BYTES));
    }
    this.pushed = images.stream().map(Image::pushed).toList();
  }

  @Override
  public String name() {
    return kind.row;
  }

  @Override
  public String title() {
    return kind.words + " of six layers of 16 KiB and a config, " + CLIENTS + " clients";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, CPU, P99);
  }

  @Override
  public List<Goal> goals() {
    return switch (kind) {
      case PUSH -> goals(3, new Goal.AtMost(15, CPU));
      case PUSH_AGAIN -> List.of(new Goal.AtLeastTimesBest(4, RATE), new Goal.NoFailure());
      case PULL -> goals(4, new Goal.AtMost(1.5, CPU));
    };
  }

  private static List<Goal> goals(double timesBest, Goal cpu) {
    return List.of(
        Load.unlessBusy(new Goal.AtLeastTimesBest(timesBest, RATE), cpu),
        cpu,
        new Goal.NoFailure());
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException {
    for (int number = 0; number < CLIENTS; number++) {
      try (RegistryClient client = registry.client().authorize(repository(number))) {
        images.get(number).push(client, repository(number), "latest");
      }
    }
  }

  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    List<SplittableRandom> randoms =
        images.stream().map(_ -> new SplittableRandom(random.nextLong())).toList();
    Crowd crowd =
        Crowd.during(
            duration,
            registry,
            CLIENTS,
            number -> {
              String repository = repository(number);
              try (RegistryClient client = registry.client().authorize(repository)) {
                work(client, repository, number, randoms.get(number));
              }
            });
    return new Sample(
        Map.of(RATE, crowd.perSecond(), CPU, crowd.cpuPer(1000), P99, crowd.percentile(99)),
        crowd.failures().size(),
        crowd.reasons());
  }

  private void work(RegistryClient client, String repository, int number, RandomGenerator own)
      throws IOException {
    switch (kind) {
      case PUSH ->
          Image.random(own, LAYERS, LAYER_BYTES)
              .push(client, repository, "v" + own.nextInt(Integer.MAX_VALUE));
      case PUSH_AGAIN -> pushed.get(number).pushAgain(client, repository, "latest");
      case PULL -> pushed.get(number).pull(client, repository, "latest");
    }
  }

  private static String repository(int number) {
    return Names.REPOSITORY + "-" + number;
  }
}
