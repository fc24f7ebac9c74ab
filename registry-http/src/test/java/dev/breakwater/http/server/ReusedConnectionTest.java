package dev.breakwater.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.http.api.ApiErrors;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;

/**
 * Connections that are used again while the server is not yet done with the request that it has
 * answered: here for a long moment, elsewhere for a very short one.
 */
final class ReusedConnectionTest {
  private static final Duration NOT_YET_DONE = Duration.ofMillis(50);

  /** Whoever reads its body has also asked for what comes behind it. */
  private static final String FIRST =
      "POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";

  private static LoopResources loops;
  private static DisposableServer server;

  @BeforeAll
  static void start() {
    loops = LoopResources.create("reuse-test", 1, true);
    ServerOptions options =
        new ServerOptions(
            "127.0.0.1",
            0,
            Optional.empty(),
            65_536,
            16_384,
            100,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            List.of());
    server =
        Objects.requireNonNull(
            new RegistryServer(
                    options,
                    _ -> Mono.empty(),
                    List.of(new ApiFamily("/", ReusedConnectionTest::answer, new ApiErrors())),
                    new HttpMetrics(new SimpleMeterRegistry()),
                    loops,
                    () -> 0)
                .bind(Optional.empty())
                .block(Duration.ofSeconds(30)));
  }

  /** The client has the answer long before the server is done. */
  private static Mono<Void> answer(Exchange exchange) {
    return exchange
        .request()
        .receive()
        .then(
            Mono.defer(
                () -> exchange.sendBytes(200, "text/plain", exchange.path().getBytes(US_ASCII))))
        .then(Mono.delay(NOT_YET_DONE))
        .then();
  }

  @AfterAll
  static void stop() {
    server.disposeNow(Duration.ofSeconds(5));
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
  }

  @ParameterizedTest
  @ValueSource(ints = {17_000, 18_000, 40_000, 70_000})
  void refusesARequestLineThatIsTooLongAfterAnAnswer(int length) throws Exception {
    try (Socket socket = connect()) {
      write(socket, FIRST);
      assertThat(read(socket)).isEqualTo("200 /first");

      write(socket, "GET /second?q=" + "a".repeat(length) + " HTTP/1.1\r\nHost: x\r\n\r\n");

      assertThat(read(socket)).startsWith("414");
      assertThat(socket.getInputStream().read()).as("closed").isEqualTo(-1);
    }
  }

  @Test
  void answersTheLastRequestOfAConnection() throws Exception {
    try (Socket socket = connect()) {
      write(socket, FIRST);
      assertThat(read(socket)).isEqualTo("200 /first");

      write(socket, "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

      assertThat(read(socket)).isEqualTo("200 /last");
      assertThat(socket.getInputStream().read()).as("closed").isEqualTo(-1);
    }
  }

  @Test
  void refusesAMalformedHeadAfterAnAnswer() throws Exception {
    try (Socket socket = connect()) {
      write(socket, FIRST);
      assertThat(read(socket)).isEqualTo("200 /first");

      write(socket, "GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(80_000) + "\r\n\r\n");

      assertThat(read(socket)).startsWith("431");
    }
  }

  @Test
  void answersManyRequestsThatCameAtOnceInTheirOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      requests
          .append("PUT /" + i + " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody")
          .append("GET /then" + i + " HTTP/1.1\r\nHost: x\r\n\r\n");
      expected.add("200 /" + i);
      expected.add("200 /then" + i);
    }
    requests.append("GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expected.add("200 /last");
    try (Socket socket = connect()) {
      write(socket, requests.toString());

      for (String answer : expected) {
        assertThat(read(socket)).isEqualTo(answer);
      }
    }
  }

  /** However the bytes of a request are cut, it is answered. */
  @Test
  void takesARequestInTwoPiecesCutAnywhere() throws Exception {
    String second = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";
    for (int cut = 1; cut < second.length(); cut++) {
      assertThat(answerOf(second, cut)).as("cut at %d", cut).isEqualTo("200 /second");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 20, 16_380, 16_384, 16_388, 16_390, 17_000, 18_020, 18_030})
  void refusesARequestLineThatIsTooLongInTwoPieces(int cut) throws Exception {
    String second = "GET /second?q=" + "a".repeat(18_000) + " HTTP/1.1\r\nHost: x\r\n\r\n";

    assertThat(answerOf(second, cut)).startsWith("414");
  }

  /** The first piece comes right behind the request before it. */
  private static String answerOf(String request, int cut) throws Exception {
    try (Socket socket = connect()) {
      write(socket, FIRST + request.substring(0, cut));
      assertThat(read(socket)).isEqualTo("200 /first");
      write(socket, request.substring(cut));
      return read(socket);
    }
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    socket.getOutputStream().flush();
  }

  /** Status and body of one answer. */
  private static String read(Socket socket) throws IOException {
    int length = 0;
    String status = line(socket).split(" ", 3)[1];
    for (String header = line(socket); !header.isEmpty(); header = line(socket)) {
      if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    return status + " " + new String(socket.getInputStream().readNBytes(length), US_ASCII);
  }

  private static String line(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = socket.getInputStream().read(); b != '\n'; b = socket.getInputStream().read()) {
      if (b < 0) {
        throw new IOException("closed after '" + line + "'");
      }
      line.append((char) b);
    }
    return line.toString().strip();
  }
}
