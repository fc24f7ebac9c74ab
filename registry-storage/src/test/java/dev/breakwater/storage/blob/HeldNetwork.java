package dev.breakwater.storage.blob;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A network before a server that stands still at a point that the test chooses, and stays so until
 * it is closed.
 */
public final class HeldNetwork implements AutoCloseable {
  private final ServerSocket listening;
  private final URI server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong sent = new AtomicLong();

  private volatile long limit = Long.MAX_VALUE;
  private volatile String unanswered = "";
  private volatile boolean silent;
  private volatile boolean held;

  private HeldNetwork(ServerSocket listening, URI server) {
    this.listening = listening;
    this.server = server;
  }

  public static HeldNetwork before(URI server) {
    try {
      HeldNetwork network =
          new HeldNetwork(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server);
      network.threads.execute(network::accept);
      return network;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort() + server.getPath());
  }

  /** In bytes, what the server was sent. */
  public long sent() {
    return sent.get();
  }

  /** Nothing is sent any more when about so many bytes have been from now on. */
  public void holdAfter(long bytes) {
    limit = sent.get() + bytes;
  }

  /** The server gets what it is sent, but nobody hears of it. */
  public void holdAnswers() {
    silent = true;
  }

  /** The same from the first request on that has this text in it. */
  public void holdAnswersTo(String text) {
    unanswered = text;
  }

  /** Whether something stands still already. */
  public boolean isHeld() {
    return held;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        sockets.add(client);
        Socket target = new Socket(server.getHost(), server.getPort());
        sockets.add(target);
        threads.execute(() -> copy(client, target, this::send));
        threads.execute(() -> copy(target, client, this::answer));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void copy(Socket from, Socket to, Step step) {
    try (from;
        to) {
      byte[] bytes = new byte[64 * 1024];
      for (int count = from.getInputStream().read(bytes);
          count >= 0;
          count = from.getInputStream().read(bytes)) {
        step.pass(bytes, count, to);
      }
    } catch (IOException e) {
      // Whoever waits for the answer tells it better.
    }
  }

  private void send(byte[] bytes, int count, Socket to) throws IOException {
    if (!unanswered.isEmpty() && new String(bytes, 0, count, ISO_8859_1).contains(unanswered)) {
      silent = true;
    }
    if (sent.get() + count > limit) {
      hold();
    }
    to.getOutputStream().write(bytes, 0, count);
    sent.addAndGet(count);
  }

  private void answer(byte[] bytes, int count, Socket to) throws IOException {
    if (silent) {
      hold();
    }
    to.getOutputStream().write(bytes, 0, count);
  }

  private void hold() throws IOException {
    held = true;
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IOException("the network is gone");
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }

  /** What is done with bytes that came. */
  private interface Step {
    void pass(byte[] bytes, int count, Socket to) throws IOException;
  }
}
