package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real replicas behind haproxy, one PostgreSQL, Redis with sentinels: what depends on the
 * storage that they share.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterStorage {
  /** How long replicas are killed and restarted, in all; {@code -De2e.cluster.seconds=180}. */
  private static final int SECONDS = Integer.getInteger("e2e.cluster.seconds", 20);

  private final String storage;

  private Path directory = Path.of("");
  LocalCluster cluster;

  /**
   * @param storage as {@code CLUSTER_STORAGE} names it
   */
  ClusterStorage(String storage) {
    this.storage = storage;
  }

  @BeforeAll
  void start(@TempDir Path directory) {
    this.directory = directory;
    cluster = LocalCluster.start(directory, storage);
  }

  @AfterAll
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void everybodyIsThere() {
    LocalCluster.REPLICAS.forEach(cluster::awaitReady);
  }

  @Test
  void goesOnWithAnUploadAtAnyReplica() {
    byte[] content = random(3_000_000);

    HttpResponse<byte[]> begun = cluster.admin(1).beginUpload("library/spread");
    String first = patch(1, begun, content, 0, 1_000_000);
    String second = patch(2, first, content, 1_000_000, 2_000_000);
    String third = patch(3, second, content, 2_000_000, 3_000_000);

    assertThat(close(1, third, RegistryClient.digest(content))).isEqualTo(201);
    assertPulledEverywhere("library/spread", content);
  }

  @Test
  void goesOnWithAnUploadWhoseReplicaDied() {
    byte[] content = random(2_000_000);

    HttpResponse<byte[]> begun = cluster.admin(1).beginUpload("library/orphan");
    String first = patch(1, begun, content, 0, 1_000_000);
    cluster.kill("replica-1");
    String second = patch(2, first, content, 1_000_000, 2_000_000);
    assertThat(close(3, second, RegistryClient.digest(content))).isEqualTo(201);

    cluster.launch(1);
    cluster.awaitReady(1);
    assertPulledEverywhere("library/orphan", content);
  }

  @Test
  void losesNothingWhileReplicasAreKilled(TestReporter reporter) throws IOException {
    Path config = Files.createDirectories(directory.resolve("crane"));
    Command.client("crane", "auth", "login", cluster.registry())
        .append("--username", "admin", "--password", LocalCluster.PASSWORD)
        .with("DOCKER_CONFIG", config)
        .succeed();
    List<Path> layers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      layers.add(layer(i));
    }
    AtomicInteger repeated = new AtomicInteger();
    int images =
        whileReplicasAreKilled(
            reporter,
            number -> {
              String image = cluster.registry() + "/library/killed:v" + number;
              Path layer = layers.get(number % layers.size());
              repeated.addAndGet(atMostTwice(() -> push(config, image, layer)));
              repeated.addAndGet(atMostTwice(() -> pull(config, image)));
            });

    report(reporter, "crane", images, repeated.get());
    assertThat(repeated).as("runs that failed once, of %d", 2 * images).hasValueLessThan(images);
    for (int i = 0; i < images; i++) {
      assertThat(pull(config, cluster.registry() + "/library/killed:v" + i).status()).isZero();
    }
  }

  static void report(TestReporter reporter, String client, int images, int repeated) {
    reporter.publishEntry(
        client, images + " images; runs that failed once and not twice: " + repeated);
  }

  /** Does it again and again, each time with the next number; how many there were. */
  final int whileReplicasAreKilled(TestReporter reporter, IntConsumer work) {
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    int number = 0;
    try (RandomKills kills = RandomKills.start(cluster, new Random(6))) {
      while (System.nanoTime() < end) {
        work.accept(number++);
      }
      kills.close();
      reporter.publishEntry("replicas killed", String.valueOf(kills.count()));
      assertThat(kills.count()).isPositive();
    }
    LocalCluster.REPLICAS.forEach(cluster::awaitReady);
    return number;
  }

  /** 1 if it had to be done again. */
  static int atMostTwice(Supplier<Outcome> run) {
    if (run.get().status() == 0) {
      return 0;
    }
    Outcome second = run.get();
    assertThat(second.status()).as(second.text()).isZero();
    return 1;
  }

  private static Outcome push(Path config, String image, Path layer) {
    return Command.client("crane", "append", "--oci-empty-base")
        .append("--new_layer", layer, "--new_tag", image)
        .with("DOCKER_CONFIG", config)
        .run();
  }

  private static Outcome pull(Path config, String image) {
    return Command.client("crane", "export", image, "/dev/null")
        .with("DOCKER_CONFIG", config)
        .run();
  }

  private Path layer(int number) throws IOException {
    Path files = Files.createDirectories(directory.resolve("layer" + number));
    Files.write(files.resolve("content"), random(2_000_000));
    Path layer = directory.resolve("layer" + number + ".tar.gz");
    Command.of("tar", "-C", files, "-czf", layer, "content").succeed();
    return layer;
  }

  private void assertPulledEverywhere(String repository, byte[] content) {
    for (int replica : LocalCluster.REPLICAS) {
      assertThat(cluster.admin(replica).blob(repository, RegistryClient.digest(content)).body())
          .isEqualTo(content);
    }
  }

  private String patch(int replica, HttpResponse<byte[]> begun, byte[] content, int from, int to) {
    assertThat(begun.statusCode()).isEqualTo(202);
    return patch(replica, path(begun), content, from, to);
  }

  private String patch(int replica, String path, byte[] content, int from, int to) {
    HttpResponse<byte[]> answer = cluster.admin(replica).patch(path, content, from, to);
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(202);
    return path(answer);
  }

  /** Without the host: the next request goes to another one. */
  private static String path(HttpResponse<byte[]> answer) {
    URI location = URI.create(answer.headers().firstValue("Location").orElseThrow());
    return location.getRawQuery() == null
        ? location.getRawPath()
        : location.getRawPath() + "?" + location.getRawQuery();
  }

  private int close(int replica, String path, String digest) {
    return cluster
        .admin(replica)
        .put(path + (path.contains("?") ? "&" : "?") + "digest=" + digest)
        .statusCode();
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random().nextBytes(bytes);
    return bytes;
  }
}
