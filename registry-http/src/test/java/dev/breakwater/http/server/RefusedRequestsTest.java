package dev.breakwater.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.breakwater.http.api.ApiErrors;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;

/** What is refused before any handler sees it: requests that cannot be read, and connections. */
final class RefusedRequestsTest {
  private static final int MOST_CONNECTIONS = 3;

  private final LoopResources loops = LoopResources.create("refused-test", 1, true);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger("dev.breakwater");
  private final Level level = log.getLevel();
  private DisposableServer server;

  @BeforeEach
  void start() {
    lines.start();
    log.setLevel(Level.INFO);
    log.addAppender(lines);
    ServerOptions options =
        new ServerOptions(
            "127.0.0.1",
            0,
            Optional.empty(),
            8_192,
            1_024,
            MOST_CONNECTIONS,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            List.of());
    server =
        Objects.requireNonNull(
            new RegistryServer(
                    options,
                    _ -> Mono.empty(),
                    List.of(new ApiFamily("/", this::answer, new ApiErrors())),
                    new HttpMetrics(meters),
                    loops,
                    () -> 0)
                .bind(Optional.empty())
                .block(Duration.ofSeconds(30)));
  }

  @AfterEach
  void stop() {
    log.detachAppender(lines);
    log.setLevel(level);
    server.disposeNow(Duration.ofSeconds(5));
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "414 | GET /%1$s HTTP/1.1 | Host: x | longer than 1024 bytes (http.max-uri-length)",
        "431 | GET / HTTP/1.1 | A: %1$s%1$s%1$s%1$s | larger than 8192 bytes"
            + " (http.max-header-size)",
        "400 | PUT / HTTP/1.1 | Content-Length: 1, 2 | not well-formed HTTP/1.1: ",
        "400 | GET / HTTP/x.1 | Host: x | not well-formed HTTP/1.1: ",
      })
  void saysWhyARequestCouldNotBeRead(int status, String line, String header, String reason)
      throws Exception {
    String request = (line + "\r\n" + header + "\r\n\r\n").formatted("a".repeat(3_000));

    String answer = answer(request);

    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .containsIgnoringCase("\r\nX-Request-Id: ")
        .contains("{\"errors\":[{")
        .contains(reason);
    assertThat(counted(status)).isEqualTo(1);
    assertThat(logged())
        .anySatisfy(
            text -> assertThat(text).startsWith("127.0.0.1 - refused " + status).contains(reason));
  }

  /** Its handler is at work when the bad chunk comes. */
  @Test
  void logsABodyThatCouldNotBeReadAsRefused() throws Exception {
    String answer =
        answer("POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("chunk size");
    await()
        .untilAsserted(() ->
            assertThat(logged())
                .anySatisfy(text -> assertThat(text).contains("POST /slow 400 0 bytes")));
    assertThat(logged()).noneSatisfy(text -> assertThat(text).contains("broke off"));
  }

  @Test
  void refusesWhatComesBehindAnAnsweredRequest() throws Exception {
    String answer = answer("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 204 ").contains("HTTP/1.1 400 ");
    assertThat(counted(400)).isEqualTo(1);
  }

  @Test
  void closesConnectionsAboveTheLimitAndSaysSoOnce() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < MOST_CONNECTIONS; i++) {
        open.add(connect());
        assertThat(status(open.getLast())).isEqualTo("HTTP/1.1 204");
      }
      for (int i = 0; i < 4; i++) {
        try (Socket more = connect()) {
          assertThat(more.getInputStream().read()).as("closed").isEqualTo(-1);
        }
      }
      assertThat(meters.get("breakwater_http_connections_refused").counter().count()).isEqualTo(4);
      assertThat(logged())
          .filteredOn(text -> text.contains("http.max-connections"))
          .hasSize(1)
          .allSatisfy(text -> assertThat(text).startsWith("3 connections are open"));

      assertThat(status(open.getFirst())).as("the others go on").isEqualTo("HTTP/1.1 204");
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  /** One that is slow answers once a request was refused. */
  private Mono<Void> answer(Exchange exchange) {
    Mono<?> refusal =
        exchange.path().equals("/slow")
            ? Flux.interval(Duration.ofMillis(5)).filter(_ -> counted(400) > 0).next()
            : Mono.empty();
    return refusal.then(Mono.defer(() -> exchange.sendEmpty(204)));
  }

  private double counted(int status) {
    Timer timer =
        meters
            .find("breakwater_http_requests")
            .tag("route", "refused")
            .tag("status", "" + status)
            .timer();
    return timer == null ? 0 : timer.count();
  }

  private List<String> logged() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private String answer(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String status(Socket socket) throws IOException {
    socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) in.read());
    }
    return answer.substring(0, "HTTP/1.1 204".length());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(10_000);
    return socket;
  }
}
