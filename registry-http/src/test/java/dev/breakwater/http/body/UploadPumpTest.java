package dev.breakwater.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.error.RegistryException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class UploadPumpTest {
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final Scheduler timer = Schedulers.newSingle("timer");
  private final TransferMetrics metrics = new TransferMetrics(new SimpleMeterRegistry());
  private final List<RecordingSink> sinks = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private Duration stallTimeout = Duration.ofSeconds(30);
  private boolean failingSink;
  private final DisposableServer server =
      HttpServer.create()
          .host("127.0.0.1")
          .port(0)
          .httpRequestDecoder(spec -> spec.maxChunkSize(256 * 1024))
          .childOption(
              ChannelOption.RECVBUF_ALLOCATOR,
              new AdaptiveRecvByteBufAllocator(2048, 65536, 256 * 1024))
          .handle((request, response) -> {
            RecordingSink sink = new RecordingSink(failingSink);
            sinks.add(sink);
            return UploadPump.pump(request.receive(), sink, workers, stallTimeout, timer, metrics)
                .flatMap(count -> response.sendString(Mono.just("" + count)).then())
                .onErrorResume(
                    Exception.class,
                    error -> {
                      failures.add(error);
                      return response.status(500).send().then();
                    });
          })
          .bindNow();

  @AfterEach
  void stop() {
    server.disposeNow();
    workers.shutdown();
    timer.dispose();
  }

  @Test
  void movesEveryByteInOrder() throws Exception {
    byte[] body = new byte[7 * 1024 * 1024 + 13];
    new Random(1).nextBytes(body);

    HttpResponse<String> response = put(body);

    assertThat(response.body()).isEqualTo("" + body.length);
    assertThat(sinks.getFirst().bytes.toByteArray()).isEqualTo(body);
    assertThat(sinks.getFirst().closed).isEqualTo(1);
  }

  @Test
  void leaksNothingWhenClientsAbort() throws Exception {
    try (LeakDetector detector = new LeakDetector()) {
      Random random = new Random(2);
      for (int i = 0; i < 60; i++) {
        abort(i % 2 == 0, 1 + random.nextInt(3_000_000), i % 3 == 0);
      }

      await().until(() -> sinks.size() == 60 && metrics.uploads() == 0);
      assertThat(sinks).allSatisfy(sink -> assertThat(sink.closed).isEqualTo(1));
      put(new byte[1000]);
      assertThat(detector.leaks()).isEmpty();
    }
  }

  @Test
  void leaksNothingWhenTheSinkFails() throws Exception {
    failingSink = true;
    try (LeakDetector detector = new LeakDetector()) {
      for (int i = 0; i < 10; i++) {
        abort(false, 2_000_000, false);
      }

      await().until(() -> sinks.size() == 10 && metrics.uploads() == 0);
      assertThat(failures).isNotEmpty().allMatch(IOException.class::isInstance);
      assertThat(detector.leaks()).isEmpty();
    }
  }

  @Test
  void endsABodyThatStopsComing() throws Exception {
    stallTimeout = Duration.ofMillis(200);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head("Content-Length: 100"));
      socket.getOutputStream().write(new byte[10]);
      socket.getOutputStream().flush();

      await().until(() -> !failures.isEmpty());
      assertThat(failures.getFirst())
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("stopped coming");
      assertThat(sinks.getFirst().bytes.size()).isEqualTo(10);
      assertThat(sinks.getFirst().closed).isEqualTo(1);
    }
  }

  private HttpResponse<String> put(byte[] body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/"))
              .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private void abort(boolean chunked, int bytes, boolean reset) throws IOException {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head(chunked ? "Transfer-Encoding: chunked" : "Content-Length: 1000000000"));
      if (chunked) {
        out.write((Integer.toHexString(bytes * 2) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      }
      out.write(new byte[bytes]);
      out.flush();
      if (reset) {
        socket.setSoLinger(true, 0);
      }
    } catch (IOException e) {
      // The server may be first to end a connection whose sink failed.
      assertThat(failingSink).isTrue();
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  private static byte[] head(String length) {
    return ("PUT / HTTP/1.1\r\nHost: x\r\n" + length + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static final class RecordingSink implements BlobSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final boolean failing;
    private volatile int closed;

    RecordingSink(boolean failing) {
      this.failing = failing;
    }

    @Override
    public void write(ByteBuffer[] batch, int count) throws IOException {
      if (failing) {
        throw new IOException("no space left on device");
      }
      for (int i = 0; i < count; i++) {
        byte[] part = new byte[batch[i].remaining()];
        batch[i].get(part);
        bytes.writeBytes(part);
      }
    }

    @Override
    public void close() {
      closed = closed + 1;
    }
  }
}
