package dev.breakwater.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to get to Redis, and what becomes of commands while it is away. */
final class RedisTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Longer than the first connection of a cold virtual machine takes on a busy one. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir private Path folder;

  @Test
  void talksToOneServerAndGoesOnAfterItWasKilled() {
    try (RedisServer server = RedisServer.start(folder)) {
      Redis redis = open("redis://127.0.0.1:" + server.port() + "/2");
      set(redis, "one");
      assertThat(server.cli("-n", "2", "GET", "key")).isEqualTo("one");

      server.kill();
      assertThatThrownBy(() -> set(redis, "two")).isInstanceOf(RuntimeException.class);

      server.restart();
      await().atMost(PATIENCE).ignoreExceptions().until(() -> set(redis, "three").equals("OK"));
      redis.close().block(PATIENCE);
    }
  }

  @Test
  void waitsNoLongerThanTheTimeoutForAServerThatHangs() {
    try (RedisServer server = RedisServer.start(folder)) {
      Redis redis = open("redis://127.0.0.1:" + server.port());
      set(redis, "one");
      server.hang();

      long start = System.nanoTime();
      assertThatThrownBy(() -> set(redis, "two")).isInstanceOf(RuntimeException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(2));

      server.goOn();
      await().atMost(PATIENCE).ignoreExceptions().until(() -> set(redis, "three").equals("OK"));
      redis.close().block(PATIENCE);
    }
  }

  @Test
  void logsInWithAnAccessListOverTls() throws IOException, InterruptedException {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("certificate.pem");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
    try (RedisServer server =
        RedisServer.start(
            folder,
            "--port",
            "0",
            "--tls-port",
            "PORT",
            "--tls-cert-file",
            certificate.toString(),
            "--tls-key-file",
            key.toString(),
            "--tls-auth-clients",
            "no",
            "--user",
            "default",
            "off",
            "--user",
            "registry",
            "on",
            ">hush",
            "~*",
            "&*",
            "+@all")) {
      String host = "localhost:" + server.port();
      Redis redis = open("rediss://registry:hush@" + host, Optional.of(certificate));
      assertThat(set(redis, "one")).isEqualTo("OK");
      redis.close().block(PATIENCE);

      Redis stranger = open("rediss://registry:wrong@" + host, Optional.of(certificate));
      assertThatThrownBy(() -> set(stranger, "two")).hasStackTraceContaining("WRONGPASS");
      stranger.close().block(PATIENCE);

      Redis distrustful = open("rediss://registry:hush@" + host);
      assertThatThrownBy(() -> set(distrustful, "two")).isInstanceOf(RuntimeException.class);
      distrustful.close().block(PATIENCE);

      Redis careless = open("rediss://registry:hush@" + host + "?verifyPeer=NONE");
      assertThat(set(careless, "three")).isEqualTo("OK");
      careless.close().block(PATIENCE);
    }
  }

  @Test
  void followsTheSentinelsToTheNextMaster() {
    try (RedisServer first = RedisServer.start(folder);
        RedisServer second =
            RedisServer.start(
                folder,
                "--replicaof",
                "127.0.0.1 " + first.port(),
                "--repl-diskless-sync-delay",
                "0");
        RedisServer one = RedisServer.sentinel(folder, first);
        RedisServer two = RedisServer.sentinel(folder, first);
        RedisServer three = RedisServer.sentinel(folder, first)) {
      Redis redis =
          open(
              "redis+sentinel://127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d/main"
                  .formatted(one.port(), two.port(), three.port()));
      assertThat(set(redis, "one")).isEqualTo("OK");
      await()
          .atMost(PATIENCE)
          .until(() -> one.cli("SENTINEL", "REPLICAS", "main").contains("" + second.port()));
      await()
          .atMost(PATIENCE)
          .until(() -> three.cli("SENTINEL", "MASTER", "main").contains("num-other-sentinels\n2"));

      first.kill();

      await().atMost(PATIENCE).ignoreExceptions().until(() -> set(redis, "two").equals("OK"));
      assertThat(second.cli("GET", "key")).isEqualTo("two");
      redis.close().block(PATIENCE);
    }
  }

  @Test
  void spreadsKeysOverACluster() {
    try (RedisServer one = RedisServer.start(folder, clusterOptions("one"));
        RedisServer two = RedisServer.start(folder, clusterOptions("two"))) {
      one.cli("CLUSTER", "ADDSLOTSRANGE", "0", "8191");
      two.cli("CLUSTER", "ADDSLOTSRANGE", "8192", "16383");
      one.cli("CLUSTER", "MEET", "127.0.0.1", Integer.toString(two.port()));
      await()
          .atMost(PATIENCE)
          .until(() ->
              one.cli("CLUSTER", "INFO").contains("cluster_state:ok")
                  && two.cli("CLUSTER", "INFO").contains("cluster_state:ok"));

      Redis redis = open("redis-cluster://127.0.0.1:" + one.port());
      for (int i = 0; i < 20; i++) {
        String key = "key" + i;
        assertThat(redis.run(commands -> commands.set(key, "x")).block(PATIENCE)).isEqualTo("OK");
      }
      assertThat(new RedisBuckets(redis).take("a", 10, 1).block(PATIENCE)).isEqualTo(9.0);
      assertThat(two.cli("DBSIZE")).isNotEqualTo("0");
      redis.close().block(PATIENCE);
    }
  }

  private static String[] clusterOptions(String name) {
    return new String[] {"--cluster-enabled", "yes", "--cluster-config-file", name + ".conf"};
  }

  private static String set(Redis redis, String value) {
    return String.valueOf(redis.run(commands -> commands.set("key", value)).block(PATIENCE));
  }

  private static Redis open(String url) {
    return open(url, Optional.empty());
  }

  private static Redis open(String url, Optional<Path> authorities) {
    return Redis.open(RedisUrl.parse(url, authorities, TIMEOUT));
  }

  private static void run(String... words) throws IOException, InterruptedException {
    assertThat(
            new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor())
        .isZero();
  }
}
