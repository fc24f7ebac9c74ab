package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever dies of a cluster on an object store, clients go on, and nothing is lost. */
final class ClusterIT extends ClusterStorage {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(90);

  ClusterIT() {
    super("s3");
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
  void losesNothingOfDockerWhileReplicasAreKilled(@TempDir Path home) throws IOException {
    try (DockerEngine engine = DockerEngine.start(home)) {
      engine.importBusybox();
      engine.login(cluster.registry(), "admin", LocalCluster.PASSWORD);

      int images =
          whileReplicasAreKilled(number -> {
            String image = cluster.registry() + "/library/docked:v" + number;
            engine.docker("tag", engine.variant("v" + number), image).succeed();
            atMostTwice(() -> engine.docker("push", image).run());
          });

      for (int i = 0; i < images; i++) {
        String image = cluster.registry() + "/library/docked:v" + i;
        engine.forget(image);
        engine.docker("pull", image).succeed();
      }
    }
  }

  private String redis(String name) {
    return "redis-cli --no-auth-warning -a \"$(cat %s)\" -p \"$(sed -n 's/^port //p' %s)\""
        .formatted(
            cluster.directory().resolve("secrets/redis-password"),
            cluster.directory().resolve(name + "/redis.conf"));
  }

  private static void awaitRequests(ClusterLoad load, int more) {
    int before = load.requests();
    await().atMost(LONG).until(() -> load.requests() >= before + more);
  }

  private void assertNothingIsLost(ClusterLoad load) {
    assertThat(load.pushed).isNotEmpty();
    load.pushed.forEach((tag, digest) -> {
      String[] name = tag.split(":", 2);
      HttpResponse<byte[]> answer = cluster.admin().manifest(name[0], name[1]);
      assertThat(answer.statusCode()).as(tag).isEqualTo(200);
      assertThat(RegistryClient.digest(answer.body())).isEqualTo(digest);
    });
  }

  private void assertSoonEverywhere(String repository, String tag, String digest) {
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
}
