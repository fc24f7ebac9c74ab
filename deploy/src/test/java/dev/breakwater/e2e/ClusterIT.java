package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever dies of a cluster on an object store, clients go on, and nothing is lost. */
final class ClusterIT extends ClusterStorage {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(90);

  ClusterIT() {
    super("s3");
  }

  @Test
  void showsAMovedTagEverywhereSoon() {
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
  }

  /** No waiting here: whoever was told that it is deleted finds it nowhere. */
  @Test
  void showsADeletionEverywhereWhenItIsAnswered() {
    byte[] configuration = "{}".getBytes(UTF_8);
    byte[] layer = random(100);
    cluster.admin(1).pushBlob("library/gone", configuration);
    cluster.admin(1).pushBlob("library/gone", layer);
    byte[] manifest = ClusterLoad.manifest(configuration, layer);
    String digest = RegistryClient.digest(manifest);
    for (int i = 0; i < 12; i++) {
      int deleting = 1 + i % LocalCluster.REPLICAS.size();
      String path = i % 2 == 0 ? "latest/tags/latest" : digest;
      cluster.admin(1).pushManifest("library/gone", "latest", manifest);
      assertEverywhere("library/gone", "latest", 200);

      cluster
          .admin(deleting)
          .api("DELETE", "/api/v2.0/projects/library/repositories/gone/artifacts/" + path, "");

      assertEverywhere("library/gone", "latest", 404);
    }
  }

  private void assertEverywhere(String repository, String tag, int status) {
    for (int replica : LocalCluster.REPLICAS) {
      assertThat(cluster.admin(replica).manifest(repository, tag).statusCode())
          .as("at replica %d", replica)
          .isEqualTo(status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stable", "dev"})
  void passesTheConformanceProgramBehindABalancer(String version, @TempDir Path results)
      throws Exception {
    cluster.admin().createProject("conformance", false);

    ConformanceProgram.assertPasses(version, cluster.registry(), LocalCluster.PASSWORD, results);
  }

  @Test
  void refusesASessionEverywhereThatWasLoggedOutAtOneReplica() {
    BrowserSession browser = new BrowserSession(cluster.url(1), "admin", LocalCluster.PASSWORD);
    for (int replica : LocalCluster.REPLICAS) {
      assertThat(browser.whoAmI(cluster.url(replica))).isEqualTo(200);
    }

    browser.logOut(cluster.url(1));

    for (int replica : LocalCluster.REPLICAS) {
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> browser.whoAmI(cluster.url(replica)) == 401);
    }
  }

  @Test
  void countsWrongPasswordsOfAllReplicasTogether() {
    assertThat(wrongPasswordsUntilRefused(1)).isGreaterThanOrEqualTo(10);

    // It learns of the others by its own next one.
    assertThat(wrongPasswordsUntilRefused(2)).isLessThan(5);
    assertThat(wrongPasswordsUntilRefused(3)).isLessThan(5);
  }

  @Test
  void failsNoRequestWhileRedisFailsOverAndIsEmptied() throws IOException {
    String primary = redis("redis-1");
    try (RedisBehindProxy fourth = RedisBehindProxy.start(cluster);
        ClusterLoad load = ClusterLoad.start(cluster.admin());
        ClusterLoad other = ClusterLoad.start(fourth.admin(), "library/other")) {
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
          .untilAsserted(() -> {
            assertThat(cluster.health(1)).contains("\"redis\":\"ok\"");
            assertThat(fourth.health()).contains("\"redis\":\"ok\"");
          });
      awaitRequests(load, 200);
      awaitRequests(other, 50);
      load.close();
      other.close();
      assertThat(load.failures).isEmpty();
      assertThat(other.failures).isEmpty();
      assertNothingIsLost(load);
      assertNothingIsLost(other);
    }
  }

  /** Two builds side by side, before it is known whether the new one is any good. */
  @Test
  void failsNoRequestWhileReplicasAreUpgradedAndOneGoesBack() throws IOException {
    Path next = NextBuild.assemble();
    try (ClusterLoad load = ClusterLoad.start(cluster.admin())) {
      awaitRequests(load, 100);
      for (int replica : LocalCluster.REPLICAS) {
        restart(replica, next);
        awaitRequests(load, 100);
      }
      assertThat(cluster.log("replica-1"))
          .contains("database schema: step " + NextBuild.LAST_STEP + " ");

      restart(1, BreakwaterProcess.program());
      awaitRequests(load, 100);
      load.close();

      assertThat(load.failures).isEmpty();
      assertNothingIsLost(load);
      assertThat(cluster.log("replica-1"))
          .contains("newer than this program", "came with version " + NextBuild.VERSION);
    }
    LocalCluster.REPLICAS.forEach(replica -> cluster.use(BreakwaterProcess.program(), replica));
  }

  private void restart(int replica, Path program) {
    cluster.signal("replica-" + replica, "-TERM");
    cluster.awaitEnd("replica-" + replica);
    cluster.use(program, replica);
    cluster.launch(replica);
    cluster.awaitReady(replica);
  }

  @Test
  void losesNothingOfDockerWhileReplicasAreKilled(@TempDir Path home, TestReporter reporter)
      throws IOException {
    AtomicInteger repeated = new AtomicInteger();
    try (DockerEngine engine = DockerEngine.start(home)) {
      engine.importBusybox();
      engine.login(cluster.registry(), "admin", LocalCluster.PASSWORD);

      int images =
          whileReplicasAreKilled(
              reporter,
              number -> {
                String image = cluster.registry() + "/library/docked:v" + number;
                engine.docker("tag", engine.variant("v" + number), image).succeed();
                repeated.addAndGet(atMostTwice(() -> engine.docker("push", image).run()));
              });
      report(reporter, "docker", images, repeated.get());

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

  /** From an address where nobody else is. */
  private int wrongPasswordsUntilRefused(int replica) {
    RegistryClient guesser =
        new RegistryClient(cluster.url(replica), "somebody", "wrong").from("192.0.2.17");
    for (int wrong = 0; wrong < 30; wrong++) {
      int status = guesser.get("/api/v2.0/users/current").statusCode();
      if (status == 429) {
        return wrong;
      }
      assertThat(status).isEqualTo(401);
    }
    throw new AssertionError("replica " + replica + " lets everybody guess");
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
