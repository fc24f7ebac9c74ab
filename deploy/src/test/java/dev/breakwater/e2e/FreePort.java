package dev.breakwater.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port that nobody listens on. It is below those that the kernel gives to clients, so that
 * none takes it before its server starts, and from a range of this virtual machine's own, as tests
 * run in several.
 */
final class FreePort {
  private static final int FIRST = 12_000;
  private static final int RANGE = 5_000;
  private static final int RANGES = 4;

  private static int next = ThreadLocalRandom.current().nextInt(RANGE);

  private FreePort() {}

  static synchronized int find() {
    for (int tried = 0; tried < RANGE; tried++) {
      int port = FIRST + fork() % RANGES * RANGE + next;
      next = (next + 1) % RANGE;
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port");
  }

  private static int fork() {
    return Integer.parseInt(System.getProperty("e2e.fork", "fork-0").substring("fork-".length()));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
