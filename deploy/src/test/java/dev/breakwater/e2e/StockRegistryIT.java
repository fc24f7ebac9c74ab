package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The token service in front of a stock docker registry: the seed of this project.
 *
 * <p>The registry trusts one certificate, {@code breakwater token-root}, and must go on trusting
 * when the keys that sign the tokens have rotated.
 */
final class StockRegistryIT {
  @TempDir private static Path directory;
  private static DockerEngine engine;

  /** The stock registries, by the name of their program. */
  enum Stock {
    DEBIAN_2_8("docker-registry", "listening on"),
    DISTRIBUTION_3("distribution", "listening on");

    private final String program;
    private final String ready;

    Stock(String program, String ready) {
      this.program = program;
      this.ready = ready;
    }
  }

  @BeforeAll
  static void startEngine() throws IOException {
    engine = DockerEngine.start(Files.createDirectory(directory.resolve("docker")));
    engine.importBusybox();
  }

  @AfterAll
  static void stopEngine() {
    if (engine != null) {
      engine.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void letsDockerPushAndPullThroughAStockRegistry(Stock stock, @TempDir Path home)
      throws IOException {
    try (BreakwaterProcess breakwater = BreakwaterProcess.in(home).start()) {
      int port = FreePort.find();
      String image = "127.0.0.1:" + port + "/library/" + DockerEngine.BUSYBOX;
      try (ServerProcess registry = start(stock, breakwater, home, port)) {
        assertThat(registry.isAlive()).isTrue();
        engine.login("127.0.0.1:" + port, "admin", breakwater.adminPassword());
        engine.docker("tag", DockerEngine.BUSYBOX, image).succeed();
        engine.docker("push", image).succeed();

        rotateKeys(breakwater, home);

        pull(image);
        engine.docker("push", image).succeed();
        engine.docker("logout", "127.0.0.1:" + port).succeed();
        pull(image);
        assertThat(engine.docker("push", image).fail()).containsAnyOf("denied", "unauthorized");
      }
    }
  }

  /** Restarts with a signing key of the operator's own in place of the generated one. */
  private static void rotateKeys(BreakwaterProcess breakwater, Path home) {
    Path key = home.resolve("token-key.pem");
    Command.of("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt")
        .append("ec_paramgen_curve:P-256", "-out", key)
        .succeed();
    breakwater.terminate();
    breakwater.with("token.key", key).start();
  }

  private static void pull(String image) {
    engine.forget(image);
    engine.docker("pull", image).succeed();
    engine.docker("tag", image, DockerEngine.BUSYBOX).succeed();
  }

  private static ServerProcess start(Stock stock, BreakwaterProcess breakwater, Path home, int port)
      throws IOException {
    Path root = home.resolve("token-root.pem");
    Files.writeString(root, breakwater.subcommand("token-root").succeed());
    Path configuration =
        Files.writeString(
            home.resolve("registry.yml"),
            """
            version: 0.1
            storage:
              filesystem: {rootdirectory: "%s"}
            http: {addr: "127.0.0.1:%d"}
            auth:
              token:
                realm: "%s"
                service: breakwater-registry
                issuer: breakwater-token-issuer
                rootcertbundle: "%s"
            """
                .formatted(home.resolve("registry"), port, breakwater.url("/service/token"), root));
    ServerProcess process =
        ServerProcess.start(
            List.of(
                ClientProgram.require(stock.program).toString(), "serve", configuration.toString()),
            Map.of("OTEL_TRACES_EXPORTER", "none"),
            home,
            home.resolve("registry.log"));
    process.awaitLog(Duration.ofSeconds(20), log -> log.contains(stock.ready));
    return process;
  }
}
