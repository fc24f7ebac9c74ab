package dev.breakwater.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Debian's PostgreSQL server, with a database of its own on a free port of the loopback address.
 */
final class DebianPostgres implements AutoCloseable {
  static final String USER = "breakwater";
  static final String PASSWORD = "correct-horse";

  private final int port;
  private final ServerProcess process;

  private DebianPostgres(int port, ServerProcess process) {
    this.port = port;
    this.process = process;
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
    ServerProcess process =
        ServerProcess.start(command, Map.of(), directory, directory.resolve("postgres.log"));
    process.awaitLog(Duration.ofSeconds(30), log -> log.contains("ready to accept connections"));
    return new DebianPostgres(port, process);
  }

  String url() {
    return "postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** Asks it to end at once, rolling back what is open, as an operator would. */
  @Override
  public void close() {
    Command.of("kill", "-INT", process.pid()).succeed();
    process.awaitExit();
  }
}
