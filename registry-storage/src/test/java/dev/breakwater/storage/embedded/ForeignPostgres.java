package dev.breakwater.storage.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server that is not ours, on the loopback interface, with its own default settings. */
public final class ForeignPostgres implements AutoCloseable {
  private final PostgresProcess process;
  private final int port;

  private ForeignPostgres(PostgresProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  public static ForeignPostgres start(Path programs, Path folder) throws Exception {
    return start(programs, folder, List.of());
  }

  /** A server of another version than ours, from the jar of its programs. */
  public static ForeignPostgres startFromJar(Path jar, Path folder) throws Exception {
    URL archive = URI.create("jar:" + jar.toUri() + "!/postgres-linux-x86_64.txz").toURL();
    PostgresBinaries binaries = PostgresBinaries.unpack(archive, folder.resolve("programs"));
    return start(binaries.postgres().resolveSibling(""), folder, List.of());
  }

  /** A server that speaks TLS, too. */
  public static ForeignPostgres startWithTls(Path programs, Path folder, Path certificate, Path key)
      throws Exception {
    return start(
        programs, folder, List.of("ssl=on", "ssl_cert_file=" + certificate, "ssl_key_file=" + key));
  }

  private static ForeignPostgres start(Path programs, Path folder, List<String> parameters)
      throws Exception {
    Launcher launcher = Launcher.detect();
    Path data = folder.resolve("data");
    Path password = Files.writeString(folder.resolve("password"), "a secret");
    Process initdb =
        launcher.start(
            List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--username=registry",
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync"));
    String output = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (initdb.waitFor() != 0) {
      throw new IOException(output);
    }
    int port = freePort();
    List<String> command =
        new ArrayList<>(List.of(programs.resolve("postgres").toString(), "-D", data.toString()));
    command.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c", "port=" + port));
    command.addAll(List.of("-c", "unix_socket_directories="));
    parameters.forEach(parameter -> command.addAll(List.of("-c", parameter)));
    PostgresProcess process = PostgresProcess.start(launcher.start(command), data);
    process.ready().get();
    return new ForeignPostgres(process, port);
  }

  public int port() {
    return port;
  }

  public String password() {
    return "a secret";
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.stop();
  }
}
