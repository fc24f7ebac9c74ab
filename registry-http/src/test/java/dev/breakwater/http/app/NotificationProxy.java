package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.breakwater.storage.sql.DatabaseSettings;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Between a replica and PostgreSQL. Passes everything on, until notifications shall get lost: then
 * they are left out, or nothing at all comes on the connections that listen.
 */
final class NotificationProxy implements AutoCloseable {
  private static final String LISTEN = "LISTEN breakwater_jobs";
  private static final int NOTIFICATION = 'A';

  private final DatabaseSettings database;
  private final ServerSocketChannel listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger listeners = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile boolean losing;

  private NotificationProxy(DatabaseSettings database, ServerSocketChannel listener) {
    this.database = database;
    this.listener = listener;
  }

  static NotificationProxy before(DatabaseSettings database) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    NotificationProxy proxy = new NotificationProxy(database, listener);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  /** The setting {@code database.url} of the replica. */
  String url() throws IOException {
    int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    return "postgresql://127.0.0.1:" + port + "/" + database.database() + "?sslmode=disable";
  }

  /** From now on, or until now, notifications are left out; whoever listens does not notice. */
  void lose(boolean notifications) {
    losing = notifications;
  }

  /** How many were left out. */
  int lost() {
    return lost.get();
  }

  /** Nothing comes any more on the connections that listen now; new ones are as good as ever. */
  void silence() {
    links.stream().filter(link -> link.listens).forEach(link -> link.silent = true);
  }

  /** How many connections have begun to listen. */
  int listeners() {
    return listeners.get();
  }

  private void accept() {
    try {
      while (listener.isOpen()) {
        SocketChannel client = listener.accept();
        Link link = new Link(client, SocketChannel.open(server()));
        links.add(link);
        Thread.ofVirtual().start(link::up);
        Thread.ofVirtual().start(link::down);
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private SocketAddress server() {
    return switch (database.server()) {
      case DatabaseSettings.Server.UnixSocket(String path) -> UnixDomainSocketAddress.of(path);
      case DatabaseSettings.Server.Tcp tcp -> new InetSocketAddress(tcp.host(), tcp.port());
    };
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Link link : links) {
      link.close();
    }
  }

  /** One connection and the way on. */
  private final class Link {
    private final SocketChannel client;
    private final SocketChannel server;
    private volatile boolean listens;
    private volatile boolean silent;

    Link(SocketChannel client, SocketChannel server) {
      this.client = client;
      this.server = server;
    }

    void up() {
      ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
      try {
        while (client.read(buffer.clear()) >= 0) {
          buffer.flip();
          if (ISO_8859_1.decode(buffer.duplicate()).toString().contains(LISTEN)) {
            listens = true;
            listeners.incrementAndGet();
          }
          while (buffer.hasRemaining()) {
            server.write(buffer);
          }
        }
      } catch (IOException _) {
        // It ends at both sides.
      } finally {
        close();
      }
    }

    /** By messages: a letter, four bytes of length with themselves, the rest. */
    void down() {
      try (DataInputStream in =
              new DataInputStream(new BufferedInputStream(Channels.newInputStream(server)));
          DataOutputStream out =
              new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(client)))) {
        for (int kind = in.read(); kind >= 0; kind = in.read()) {
          byte[] rest = in.readNBytes(in.readInt() - Integer.BYTES);
          if (passes(kind)) {
            out.writeByte(kind);
            out.writeInt(rest.length + Integer.BYTES);
            out.write(rest);
          }
          if (in.available() == 0) {
            out.flush();
          }
        }
      } catch (IOException _) {
        // It ends at both sides.
      } finally {
        close();
      }
    }

    private boolean passes(int kind) {
      if (losing && kind == NOTIFICATION) {
        lost.incrementAndGet();
        return false;
      }
      return !silent;
    }

    void close() {
      links.remove(this);
      try (client;
          server) {
        // Nothing more is to be done.
      } catch (IOException _) {
        // It ends in any case.
      }
    }
  }
}
