package dev.breakwater.storage.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import reactor.netty.resources.LoopResources;

/** Where the server listens. */
sealed interface PostgresAddress {
  /** How long the kernel lets a socket's path be, without the zero at its end. */
  int MAX_SOCKET_PATH = 107;

  /** In this folder, which nobody else may enter. */
  record Socket(Path folder) implements PostgresAddress {
    Path path() {
      return folder.resolve(".s.PGSQL." + PostgresConfiguration.PORT);
    }
  }

  /** On this port of 127.0.0.1. */
  record Loopback(int port) implements PostgresAddress {}

  /**
   * A Unix socket in the preferred folder; in a short temporary one when that path is too long; the
   * loopback interface when there is no native transport, which Unix sockets need.
   */
  static PostgresAddress choose(Path preferred) throws IOException {
    if (!LoopResources.hasNativeSupport()) {
      return freePort();
    }
    Socket socket = new Socket(preferred);
    if (length(socket) <= MAX_SOCKET_PATH) {
      Files.createDirectories(preferred);
      Files.setPosixFilePermissions(preferred, PosixFilePermissions.fromString("rwx------"));
      return socket;
    }
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    if (length(new Socket(temporary.resolve("breakwater-01234567890123456789")))
        <= MAX_SOCKET_PATH) {
      return new Socket(Files.createTempDirectory(temporary, "breakwater-"));
    }
    return freePort();
  }

  /**
   * Where the server listens that runs on these data files, as it says itself: in {@code
   * postmaster.pid} the fourth line is its port and the fifth the folder of its socket.
   */
  static PostgresAddress ofRunning(Path data) throws IOException {
    List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
    if (lines.size() < 5) {
      throw new IOException("it is just starting");
    }
    String folder = lines.get(4).strip();
    return folder.isEmpty()
        ? new Loopback(Integer.parseInt(lines.get(3).strip()))
        : new Socket(Path.of(folder));
  }

  private static int length(Socket socket) {
    return socket.path().toString().getBytes(StandardCharsets.UTF_8).length;
  }

  private static Loopback freePort() throws IOException {
    try (ServerSocket socket =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return new Loopback(socket.getLocalPort());
    }
  }
}
