package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real replicas behind haproxy, one PostgreSQL, Redis with sentinels, one storage: whatever
 * dies, clients go on, and nothing that was acknowledged is lost.
 */
final class ClusterIT {
  /** How long replicas are killed and restarted, in all; {@code -De2e.cluster.seconds=180}. */
  private static final int SECONDS = Integer.getInteger("e2e.cluster.seconds", 20);

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir private static Path directory;

  private static LocalCluster cluster;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(directory);
  }

  @AfterAll
  static void stop() {
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
  void showsAMovedAndADeletedTagEverywhereAtOnce() {
    byte[] configuration = "{}".getBytes(UTF_8);
    byte[] layer = random(100);
    cluster.admin(1).pushBlob("library/moved", configuration);
    cluster.admin(1).pushBlob("library/moved", layer);
    byte[] one = ClusterLoad.manifest(configuration, layer);
    byte[] two = ClusterLoad.manifest(layer, configuration);
    for (int i = 0; i < 5; i++) {
      cluster.admin(1).pushManifest("library/moved", "latest", one);
      assertSoonEverywhere("library/moved", "latest", RegistryClient.digest(one));
      cluster.admin(2).pushManifest("library/moved", "latest", two);
      assertSoonEverywhere("library/moved", "latest", RegistryClient.digest(two));
    }

    cluster
        .admin(3)
        .api(
            "DELETE",
            "/api/v2.0/projects/library/repositories/moved/artifacts/latest/tags/latest",
            "");

    for (int replica : LocalCluster.REPLICAS) {
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> cluster.admin(replica).manifest("library/moved", "latest").statusCode() == 404);
    }
  }

  @Test
  void failsNoRequestWhileRedisFailsOverAndIsEmptied() {
    String primary = redis("redis-1");
    try (ClusterLoad load = ClusterLoad.start(cluster.admin())) {
      awaitRequests(load, 200);
      Command.of("sh", "-c", primary + " FLUSHALL").succeed();
      awaitRequests(load, 200);
      cluster.kill("redis-1");
      String copy = redis("redis-2");
      await()
          .atMost(LONG)
          .until(() -> Command.of("sh", "-c", copy + " ROLE").succeed().startsWith("master"));
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(cluster.health(1)).contains("\"redis\":\"ok\""));
      awaitRequests(load, 200);
      load.close();
      assertThat(load.failures).isEmpty();
      assertThat(load.pushed).isNotEmpty();
    }
  }

  @Test
  void failsNoRequestWhileReplicasAreRestartedOneAfterTheOther() {
    try (ClusterLoad load = ClusterLoad.start(cluster.admin())) {
      awaitRequests(load, 100);
      for (int replica : LocalCluster.REPLICAS) {
        cluster.signal("replica-" + replica, "-TERM");
        cluster.awaitEnd("replica-" + replica);
        cluster.launch(replica);
        cluster.awaitReady(replica);
        awaitRequests(load, 100);
      }
      load.close();
      assertThat(load.failures).isEmpty();
      assertNothingIsLost(load);
    }
  }

  @Test
  void losesNothingWhileReplicasAreKilled() throws IOException {
    Path config = Files.createDirectories(directory.resolve("crane"));
    Command.client("crane", "auth", "login", cluster.registry())
        .append("--username", "admin", "--password", LocalCluster.PASSWORD)
        .with("DOCKER_CONFIG", config)
        .succeed();
    List<Path> layers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      layers.add(layer(i));
    }
    Random random = new Random(6);
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    int images = 0;
    int repeated = 0;
    try (RandomKills kills = RandomKills.start(cluster, random)) {
      while (System.nanoTime() < end) {
        String image = cluster.registry() + "/library/killed:v" + images;
        Path layer = layers.get(images % layers.size());
        repeated += atMostTwice(() -> push(config, image, layer));
        repeated += atMostTwice(() -> pull(config, image));
        images++;
      }
      kills.close();
      assertThat(kills.count()).isPositive();
    }
    LocalCluster.REPLICAS.forEach(cluster::awaitReady);
    assertThat(images).isPositive();
    assertThat(repeated).as("runs that failed once, of %d", 2 * images).isLessThan(images);
    for (int i = 0; i < images; i++) {
      assertThat(pull(config, cluster.registry() + "/library/killed:v" + i).status()).isZero();
    }
  }

  /** 1 if it had to be done again. */
  private static int atMostTwice(Supplier<Outcome> run) {
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

  private static Path layer(int number) throws IOException {
    Path files = Files.createDirectories(directory.resolve("layer" + number));
    Files.write(files.resolve("content"), random(2_000_000));
    Path layer = directory.resolve("layer" + number + ".tar.gz");
    Command.of("tar", "-C", files, "-czf", layer, "content").succeed();
    return layer;
  }

  private static String redis(String name) {
    return "redis-cli --no-auth-warning -a \"$(cat %s)\" -p \"$(sed -n 's/^port //p' %s)\""
        .formatted(
            cluster.directory().resolve("secrets/redis-password"),
            cluster.directory().resolve(name + "/redis.conf"));
  }

  private static void awaitRequests(ClusterLoad load, int more) {
    int before = load.requests();
    await().atMost(LONG).until(() -> load.requests() >= before + more);
  }

  private static void assertNothingIsLost(ClusterLoad load) {
    assertThat(load.pushed).isNotEmpty();
    load.pushed.forEach((tag, digest) -> {
      String[] name = tag.split(":", 2);
      HttpResponse<byte[]> answer = cluster.admin().manifest(name[0], name[1]);
      assertThat(answer.statusCode()).as(tag).isEqualTo(200);
      assertThat(RegistryClient.digest(answer.body())).isEqualTo(digest);
    });
  }

  private static void assertSoonEverywhere(String repository, String tag, String digest) {
    for (int replica : LocalCluster.REPLICAS) {
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .untilAsserted(() ->
              assertThat(
                      RegistryClient.digest(
                          cluster.admin(replica).manifest(repository, tag).body()))
                  .isEqualTo(digest));
    }
  }

  private static void assertPulledEverywhere(String repository, byte[] content) {
    for (int replica : LocalCluster.REPLICAS) {
      assertThat(cluster.admin(replica).blob(repository, RegistryClient.digest(content)).body())
          .isEqualTo(content);
    }
  }

  private static String patch(
      int replica, HttpResponse<byte[]> begun, byte[] content, int from, int to) {
    assertThat(begun.statusCode()).isEqualTo(202);
    return patch(replica, path(begun), content, from, to);
  }

  private static String patch(int replica, String path, byte[] content, int from, int to) {
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

  private static int close(int replica, String path, String digest) {
    return cluster
        .admin(replica)
        .put(path + (path.contains("?") ? "&" : "?") + "digest=" + digest)
        .statusCode();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random().nextBytes(bytes);
    return bytes;
  }
}
