package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One more replica of a cluster, which knows Redis by one address: that of a haproxy that asks the
 * servers which of them is the primary.
 */
final class RedisBehindProxy implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServerProcess proxy;
  private final ServerProcess replica;
  private final URI url;
  private final URI management;

  private RedisBehindProxy(ServerProcess proxy, ServerProcess replica, URI url, URI management) {
    this.proxy = proxy;
    this.replica = replica;
    this.url = url;
    this.management = management;
  }

  static RedisBehindProxy start(LocalCluster cluster) throws IOException {
    Path folder = Files.createDirectory(cluster.directory().resolve("replica-4"));
    int port = FreePort.find();
    ServerProcess proxy =
        ServerProcess.start(
            List.of(
                ClientProgram.require("haproxy").toString(),
                "-db",
                "-f",
                LocalCluster.SCRIPTS.resolve("haproxy-redis.cfg").toString()),
            Map.of(
                "REDIS_BIND",
                "127.0.0.1:" + port,
                "REDIS_1",
                "127.0.0.1:" + cluster.redisPort("redis-1"),
                "REDIS_2",
                "127.0.0.1:" + cluster.redisPort("redis-2"),
                "REDIS_PASSWORD",
                Files.readString(cluster.directory().resolve("secrets/redis-password")).strip()),
            folder,
            folder.resolve("haproxy.log"));
    int http = FreePort.find();
    int management = FreePort.find();
    ServerProcess replica =
        ServerProcess.start(
            List.of("bash", script(cluster, folder, port, http, management).toString()),
            Map.of(),
            folder,
            folder.resolve("log"));
    RedisBehindProxy started = new RedisBehindProxy(proxy, replica, local(http), local(management));
    await("the replica behind haproxy is ready")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> started.health().contains("\"redis\":\"ok\""));
    return started;
  }

  /** That of the first replica, with other settings where they must differ. */
  private static Path script(LocalCluster cluster, Path folder, int redis, int http, int management)
      throws IOException {
    String script = Files.readString(cluster.directory().resolve("replica-1.sh"));
    String own =
        """
        export BREAKWATER_DATA_DIR="%s"
        export BREAKWATER_HTTP_PORT=%d
        export BREAKWATER_MANAGEMENT_PORT=%d
        export BREAKWATER_SHUTDOWN_DELAY=0s
        export BREAKWATER_REDIS_URL=redis://127.0.0.1:%d/0
        exec "\
        """
            .formatted(folder.resolve("data"), http, management, redis);
    return Files.writeString(folder.resolve("replica.sh"), script.replace("exec \"", own));
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  RegistryClient admin() {
    return new RegistryClient(url, "admin", LocalCluster.PASSWORD);
  }

  String health() {
    return new String(admin().get(management.resolve("/health/ready")).body(), UTF_8);
  }

  @Override
  public void close() {
    replica.close();
    proxy.close();
  }
}
