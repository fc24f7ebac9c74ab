package dev.breakwater.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Debian's PostgreSQL server, with databases of its own on a free port of the loopback address. */
final class DebianPostgres implements AutoCloseable {
  private static final AtomicInteger STARTS = new AtomicInteger();
  private static final AtomicInteger DATABASES = new AtomicInteger();

  static final String USER = "breakwater";
  static final String PASSWORD = "correct-horse";

  private final int port;
  private final Supplier<ServerProcess> launch;
  private ServerProcess process;

  private DebianPostgres(int port, Supplier<ServerProcess> launch) {
    this.port = port;
    this.launch = launch;
    this.process = launch.get();
  }

  /** PostgreSQL refuses to run as root, so it is started as Debian's user for it. */
  static DebianPostgres start(Path directory) throws IOException {
    ClientProgram.requireRoot();
    Path programs = ClientProgram.requirePostgres();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path home = Files.createDirectory(directory.resolve("postgres"));
    Path password = Files.writeString(home.resolve("password"), PASSWORD);
    Command.of("chown", "-R", "postgres", home).succeed();

    Path data = home.resolve("data");
    List<String> asPostgres =
        List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups");
    Command.of(asPostgres.toArray())
        .append(programs.resolve("initdb"), "--no-locale", "--encoding=UTF8", "-U", USER)
        .append("-A", "scram-sha-256", "--pwfile", password, "-D", data)
        .succeed();

    int port = FreePort.find();
    List<String> command = new java.util.ArrayList<>(asPostgres);
    command.addAll(List.of(programs.resolve("postgres").toString(), "-D", data.toString()));
    command.addAll(List.of("-p", Integer.toString(port), "-k", home.toString()));
    return new DebianPostgres(port, () -> launch(command, directory));
  }

  private static ServerProcess launch(List<String> command, Path directory) {
    Path log = directory.resolve("postgres-" + STARTS.incrementAndGet() + ".log");
    ServerProcess process = ServerProcess.start(command, Map.of(), directory, log);
    process.awaitLog(Duration.ofSeconds(30), text -> text.contains("ready to accept connections"));
    return process;
  }

  /** Ends it as a crash does; its children notice and end as well. */
  void kill() {
    process.kill();
  }

  /** After {@link #kill}, on the same port. */
  void startAgain() {
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> {
          process = launch.get();
          return true;
        });
  }

  int port() {
    return port;
  }

  String url() {
    return "postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** An empty database beside the first one; its URL. */
  String newDatabase() {
    String name = "database_" + DATABASES.incrementAndGet();
    run(url(), "CREATE DATABASE " + name);
    return "postgresql://127.0.0.1:" + port + "/" + name;
  }

  /** Runs SQL in the database of this URL. */
  void run(String url, String sql) {
    Command.of(ClientProgram.requirePostgres().resolve("psql"), url)
        .append("--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--command", sql)
        .with("PGUSER", USER)
        .with("PGPASSWORD", PASSWORD)
        .succeed();
  }

  /** Asks it to end at once, rolling back what is open, as an operator would. */
  @Override
  public void close() {
    Command.of("kill", "-INT", process.pid()).succeed();
    process.awaitExit();
  }
}
