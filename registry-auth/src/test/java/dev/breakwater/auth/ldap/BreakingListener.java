package dev.breakwater.auth.ldap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a server: closes the first connections at once and passes the others on. */
final class BreakingListener implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final int broken;
  private final AtomicInteger accepted = new AtomicInteger();

  private BreakingListener(ServerSocket listener, int target, int broken) {
    this.listener = listener;
    this.target = target;
    this.broken = broken;
  }

  /**
   * @param broken how many connections it closes
   */
  static BreakingListener before(int target, int broken) throws IOException {
    BreakingListener made =
        new BreakingListener(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target, broken);
    Thread.ofVirtual().start(made::accept);
    return made;
  }

  int port() {
    return listener.getLocalPort();
  }

  int accepted() {
    return accepted.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (accepted.incrementAndGet() <= broken) {
          client.close();
        } else {
          Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
          Thread.ofVirtual().start(() -> copy(client, server));
          Thread.ofVirtual().start(() -> copy(server, client));
        }
      } catch (IOException e) {
        // Closed: the loop ends.
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // One side closed, and so does the other.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
