package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.DiscardingConnection;
import dev.breakwater.benchmarks.client.LayerFile;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.registry.S3Server;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A large blob through Breakwater to an S3 server and back, by turns with a client that speaks to
 * the same server with the same library and does nothing else. Then several at once, for memory.
 */
public final class S3Transfer implements Row.OfBreakwater {
  private static final int MEBIBYTES = 1024;
  private static final int AT_ONCE = 12;
  private static final int BLOB_BYTES = 64 * 1024 * 1024;

  private static final Metric PLAIN_PUSH = new Metric("plainPush", "plain client: push MB/s", 0);
  private static final Metric PUSH = new Metric("push", "push MB/s", 0);
  private static final Metric PUSH_RATIO = new Metric("pushRatio", "push / plain", 2);
  private static final Metric PLAIN_PULL = new Metric("plainPull", "plain client: pull MB/s", 0);
  private static final Metric PULL = new Metric("pull", "pull MB/s", 0);
  private static final Metric PULL_RATIO = new Metric("pullRatio", "pull / plain", 2);
  private static final Metric MEMORY =
      new Metric("megabytesPerTransfer", "growth MB per transfer", 1);

  private final Service service;
  private final RandomGenerator random;

  public S3Transfer(Service service, RandomGenerator random) {
    this.service = service;
    this.random = random;
  }

  @Override
  public String name() {
    return service.row;
  }

  @Override
  public String title() {
    return "push and pull of a blob of 1 GiB with the blobs on "
        + service.title
        + ", by turns with a plain client of that server; then the memory of "
        + AT_ONCE
        + " pushes at once";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(PLAIN_PUSH, PUSH, PUSH_RATIO, PLAIN_PULL, PULL, PULL_RATIO, MEMORY);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtLeast(0.8, PUSH_RATIO),
        new Goal.AtLeast(0.8, PULL_RATIO),
        new Goal.AtMost(20, MEMORY),
        new Goal.NoFailure());
  }

  /** The others are not measured on an S3 server. */
  @Override
  public List<Sample> run(Breakwater breakwater, Path folder, int rounds)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    LayerFile layer = new LayerFile(folder.resolve("layer"), MEBIBYTES * 1024 * 1024);
    layer.make(random);
    List<Sample> samples = new ArrayList<>();
    try (S3Server server = service.start(folder.resolve("s3"));
        RunningRegistry registry =
            RunningRegistry.start(
                breakwater.with(server.settings()), folder.resolve("breakwater"))) {
      transfer(registry, server, layer);
      for (int round = 0; round < rounds; round++) {
        PlainClient plain = PlainClient.run(server, MEBIBYTES);
        Rates ours = transfer(registry, server, layer);
        S3Pushes pushes = S3Pushes.atOnce(registry, AT_ONCE, BLOB_BYTES, random);
        S3Pushes.removeBlobs(server);
        samples.add(
            new Sample(
                Map.of(
                    PLAIN_PUSH, plain.push(),
                    PUSH, ours.push(),
                    PUSH_RATIO, ours.push() / plain.push(),
                    PLAIN_PULL, plain.pull(),
                    PULL, ours.pull(),
                    PULL_RATIO, ours.pull() / plain.pull(),
                    MEMORY, pushes.growthMegabytes() / AT_ONCE),
                pushes.failures().size(),
                pushes.failures().stream().distinct().limit(5).toList()));
      }
    }
    return samples;
  }

  private Rates transfer(RunningRegistry registry, S3Server server, LayerFile layer)
      throws IOException {
    String digest = layer.renew(random);
    Body body = layer.body();
    double megabytes = body.length() / 1e6;
    try (RegistryClient client = registry.client().authorize(Names.REPOSITORY);
        DiscardingConnection puller = new DiscardingConnection(registry.endpoint())) {
      long begin = System.nanoTime();
      client.pushByPut(Names.REPOSITORY, digest, body);
      long pushed = System.nanoTime();
      long bytes =
          puller.get(
              "/v2/" + Names.REPOSITORY + "/blobs/" + digest,
              Map.of("Authorization", client.authorization().orElseThrow()));
      long pulled = System.nanoTime();
      if (bytes != body.length()) {
        throw new IOException("the blob came back with " + bytes + " bytes");
      }
      S3Pushes.removeBlobs(server);
      return new Rates(megabytes / ((pushed - begin) / 1e9), megabytes / ((pulled - pushed) / 1e9));
    }
  }

  private record Rates(double push, double pull) {}

  /** What speaks S3. */
  public enum Service {
    S3_PROXY("s3-transfer", "S3Proxy"),
    VERSITY("s3-transfer-versity", "Versity Gateway");

    private final String row;
    private final String title;

    Service(String row, String title) {
      this.row = row;
      this.title = title;
    }

    private S3Server start(Path folder) throws IOException, InterruptedException {
      return switch (this) {
        case S3_PROXY -> S3Server.startS3Proxy(folder);
        case VERSITY -> S3Server.startVersity(folder);
      };
    }
  }
}
