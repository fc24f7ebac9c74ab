package dev.breakwater.storage.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    PostgresProcess process =
        PostgresProcess.start(
            launcher.start(
                List.of(
                    programs.resolve("postgres").toString(),
                    "-D",
                    data.toString(),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "port=" + port,
                    "-c",
                    "unix_socket_directories=")),
            data);
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
