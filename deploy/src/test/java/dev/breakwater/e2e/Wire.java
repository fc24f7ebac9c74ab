package dev.breakwater.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A network between a client and a server on this machine: passes connections on, until it is told
 * to lose everything without a word, as a network that is parted does, or to cut connections.
 */
final class Wire implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ServerSocket listening;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean parted;
  private volatile boolean closed;

  private Wire(ServerSocket listening, int target) {
    this.listening = listening;
    this.target = target;
  }

  static Wire to(int port) {
    try {
      Wire wire = new Wire(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), port);
      Thread.ofVirtual().start(wire::accept);
      return wire;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listening.getLocalPort();
  }

  /** From now on nothing comes through, and nobody is told. */
  void part() {
    set(true);
  }

  /** What was held back goes on. */
  void join() {
    set(false);
  }

  /** Ends the connections that there are, and waits until the client has noticed. */
  void cut() {
    List<Socket> ended = List.copyOf(clients);
    ended.forEach(Wire::endQuietly);
    await().atMost(PATIENCE).until(() -> Collections.disjoint(sockets, ended));
  }

  private void set(boolean value) {
    lock.lock();
    try {
      parted = value;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        clients.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> pass(client, server));
        Thread.ofVirtual().start(() -> pass(server, client));
      } catch (IOException e) {
        // The server is away: the client sees a connection that ends.
      }
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitJoined();
        out.write(buffer, 0, read);
      }
      awaitJoined();
    } catch (IOException e) {
      // One side has gone: so does the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.removeAll(Set.of(from, to));
      sockets.removeAll(Set.of(from, to));
    }
  }

  private void awaitJoined() throws InterruptedException {
    lock.lock();
    try {
      while (parted && !closed) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Says goodbye; the other side closes when it has read that. */
  private static void endQuietly(Socket socket) {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // It has ended by itself.
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more in any case.
    }
  }

  @Override
  public void close() {
    closed = true;
    join();
    sockets.forEach(Wire::closeQuietly);
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
