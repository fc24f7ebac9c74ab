package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's pgbouncer in transaction mode between the registry and PostgreSQL. */
final class PgBouncerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private int port;

  @Test
  void worksWhenTheSettingsSayThatItIsThere() throws IOException {
    try (DebianPostgres database = DebianPostgres.start(directory);
        ServerProcess bouncer = bouncer(database);
        BreakwaterProcess breakwater = on(directory).with("database.pgbouncer", "true").start();
        ClusterLoad load = ClusterLoad.start(breakwater.admin())) {
      assertThat(bouncer.isAlive()).isTrue();
      await().atMost(PATIENCE).until(() -> load.pushed.size() > 50);
      load.close();
      assertThat(load.failures).isEmpty();
      assertThat(breakwater.process().log()).doesNotContain("prepared statement", " ERROR ");
    }
  }

  @Test
  void showsAMovedTagWithinFiveSecondsThoughNobodyCarriesTheNews() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (DebianPostgres database = DebianPostgres.start(directory);
        ServerProcess bouncer = bouncer(database);
        BreakwaterProcess one = replica(directory).start();
        BreakwaterProcess two = replica(other).start()) {
      assertThat(bouncer.isAlive()).isTrue();
      RegistryClient here = new RegistryClient(one.url("/"), "admin", "same-for-both");
      RegistryClient there = new RegistryClient(two.url("/"), "admin", "same-for-both");
      byte[] a = "{}".getBytes(UTF_8);
      byte[] b = "[]".getBytes(UTF_8);
      here.pushBlob("library/moved", a);
      here.pushBlob("library/moved", b);
      here.pushManifest("library/moved", "latest", ClusterLoad.manifest(a, b));
      assertThat(there.manifest("library/moved", "latest").statusCode()).isEqualTo(200);

      byte[] moved = ClusterLoad.manifest(b, a);
      here.pushManifest("library/moved", "latest", moved);

      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> Arrays.equals(there.manifest("library/moved", "latest").body(), moved));
    }
  }

  private BreakwaterProcess replica(Path home) {
    return on(home)
        .with("database.pgbouncer", "true")
        .with("storage.filesystem.root", directory.resolve("blobs"))
        .with("secret.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
        .with("admin.password", "same-for-both");
  }

  @Test
  void saysWhatIsWrongWhenTheSettingsDoNotSaySo() throws IOException {
    try (DebianPostgres database = DebianPostgres.start(directory);
        ServerProcess bouncer = bouncer(database)) {
      assertThat(bouncer.isAlive()).isTrue();

      String said = on(directory).subcommand("serve").fail();

      assertThat(said).contains("pgbouncer").contains("Set database.pgbouncer to true");
    }
  }

  private BreakwaterProcess on(Path home) {
    return BreakwaterProcess.in(home)
        .with("database.url", "postgresql://127.0.0.1:" + port + "/postgres?sslmode=disable")
        .with("database.username", DebianPostgres.USER)
        .with("database.password", DebianPostgres.PASSWORD);
  }

  /** It refuses to run as root, too. */
  private ServerProcess bouncer(DebianPostgres database) throws IOException {
    Path program = ClientProgram.require("pgbouncer");
    Path home = Files.createDirectory(directory.resolve("bouncer"));
    port = FreePort.find();
    Path users =
        Files.writeString(
            home.resolve("users"),
            "\"%s\" \"%s\"%n".formatted(DebianPostgres.USER, DebianPostgres.PASSWORD));
    Path settings =
        Files.writeString(
            home.resolve("pgbouncer.ini"),
            """
            [databases]
            postgres = host=127.0.0.1 port=%d
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = plain
            auth_file = %s
            pool_mode = transaction
            default_pool_size = 5
            ignore_startup_parameters = extra_float_digits
            """
                .formatted(database.port(), port, users),
            UTF_8);
    Command.of("chown", "-R", "postgres", home).succeed();
    ServerProcess process =
        ServerProcess.start(
            List.of(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                program.toString(),
                settings.toString()),
            Map.of(),
            directory,
            directory.resolve("pgbouncer.log"));
    process.awaitLog(PATIENCE, log -> log.contains("process up"));
    return process;
  }
}
