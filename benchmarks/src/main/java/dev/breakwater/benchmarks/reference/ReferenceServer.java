package dev.breakwater.benchmarks.reference;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Pushes and pulls over plain HTTP/1.1, a thread to a connection, without users, checks, a database
 * or a log. It hashes what it takes, flushes it to disk, and has the kernel send what it gives.
 */
public final class ReferenceServer {
  /** How the line begins by which it says that it is ready. */
  public static final String READY = "Reference ready";

  private static final int BACKLOG = 1024;

  private ReferenceServer() {}

  /** Takes a folder, which need not exist, and a port on 127.0.0.1. */
  public static void main(String[] arguments) throws IOException {
    ReferenceStore store = ReferenceStore.open(Path.of(arguments[0]));
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1])),
          BACKLOG);
      System.out.println(READY);
      while (true) {
        SocketChannel channel = server.accept();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Thread.ofPlatform().daemon().start(() -> serve(channel, store));
      }
    }
  }

  private static void serve(SocketChannel channel, ReferenceStore store) {
    try (channel) {
      new ReferenceConnection(channel, store).serve();
    } catch (IOException e) {
      System.err.println("a connection was given up: " + e);
    }
  }
}
