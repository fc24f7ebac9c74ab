package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's pgbouncer in transaction mode between the registry and PostgreSQL. */
final class PgBouncerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @Test
  void worksWhenTheSettingsSayThatItIsThere() throws IOException {
    try (DebianPostgres database = DebianPostgres.start(directory);
        ServerProcess bouncer = bouncer(database);
        BreakwaterProcess breakwater = on().with("database.pgbouncer", "true").start();
        ClusterLoad load = ClusterLoad.start(breakwater.admin())) {
      assertThat(bouncer.isAlive()).isTrue();
      await().atMost(PATIENCE).until(() -> load.pushed.size() > 50);
      load.close();
      assertThat(load.failures).isEmpty();
      assertThat(breakwater.process().log()).doesNotContain("prepared statement", " ERROR ");
    }
  }

  @Test
  void saysWhatIsWrongWhenTheSettingsDoNotSaySo() throws IOException {
    try (DebianPostgres database = DebianPostgres.start(directory);
        ServerProcess bouncer = bouncer(database)) {
      assertThat(bouncer.isAlive()).isTrue();

      String said = on().subcommand("serve").fail();

      assertThat(said).contains("pgbouncer").contains("Set database.pgbouncer to true");
    }
  }

  private int port;

  private BreakwaterProcess on() {
    return BreakwaterProcess.in(directory)
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
