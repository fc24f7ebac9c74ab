package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.registry.S3Server;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Many more pushes at the same time than there is memory for their parts. */
public final class S3Many implements Row.OfBreakwater {
  private static final int PUSHES = 200;
  private static final int BLOB_BYTES = 64 * 1024 * 1024;

  private static final Metric RATE = new Metric("megabytesPerSecond", "MB/s", 0);
  private static final Metric GROWTH = new Metric("growthMegabytes", "growth MB", 0);

  private final RandomGenerator random;

  public S3Many(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "s3-many";
  }

  @Override
  public String title() {
    return PUSHES
        + " pushes of blobs of 64 MiB at once with the blobs on an S3 server, by POST and PUT, with"
        + " 256 MiB of direct memory";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, GROWTH);
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.NoFailure());
  }

  /** The others are not measured on an S3 server. */
  @Override
  public List<Sample> run(Breakwater breakwater, Path folder, int rounds)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    try (S3Server server = S3Server.startVersity(folder.resolve("s3"))) {
      Map<String, String> settings = new HashMap<>(server.settings());
      settings.put(
          "JAVA_OPTS",
          System.getenv().getOrDefault("JAVA_OPTS", "") + " -XX:MaxDirectMemorySize=256m");
      try (RunningRegistry registry =
          RunningRegistry.start(breakwater.with(settings), folder.resolve("breakwater"))) {
        S3Pushes pushes = S3Pushes.atOnce(registry, PUSHES, BLOB_BYTES, random);
        double megabytes = (double) PUSHES * BLOB_BYTES / 1e6;
        return List.of(
            new Sample(
                Map.of(RATE, megabytes / pushes.seconds(), GROWTH, pushes.growthMegabytes()),
                pushes.failures().size(),
                pushes.failures().stream().distinct().limit(5).toList()));
      }
    }
  }
}
