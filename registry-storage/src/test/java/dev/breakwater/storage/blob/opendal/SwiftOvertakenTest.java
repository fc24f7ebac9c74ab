package dev.breakwater.storage.blob.opendal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A Swift that was given another write of the same object a moment before, and says 202. */
class SwiftOvertakenTest {
  private static final byte[] BYTES = "hello".getBytes(UTF_8);

  private final AtomicInteger writes = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Scheduler workers = Schedulers.newSingle("blob-io");
  private volatile String stored = "";
  private HttpServer server;
  private OpenDalSettings settings;
  private SwiftAccount account;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/auth/v1.0", this::logIn);
    server.createContext("/v1/AUTH_test/", this::write);
    server.start();
    settings = OpenStackSwift.settingsOf(URI.create(address()), "");
    account = new SwiftAccount(settings.swift().orElseThrow(), client, Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    server.stop(0);
    workers.dispose();
    client.close();
  }

  @Test
  void writesAtOnceAgain() {
    try (CloudObjects objects =
        new CloudObjects(new Operators(settings), Optional.of(account), workers)) {
      objects.write("key", BYTES).block();
    }

    assertThat(stored).isEqualTo("hello");
    assertThat(writes).hasValue(2);
  }

  @Test
  void tellsThatAStreamMustBeWrittenAgain() throws IOException {
    SwiftWriter writer = new SwiftWriter(account, client);

    assertThatThrownBy(() -> writer.write("key", BYTES.length, new ByteArrayInputStream(BYTES)))
        .isInstanceOfSatisfying(
            CloudException.class,
            e -> assertThat(e.kind()).isEqualTo(CloudException.Kind.OVERTAKEN));
    writer.write("key", BYTES.length, new ByteArrayInputStream(BYTES));

    assertThat(stored).isEqualTo("hello");
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void logIn(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("X-Storage-Url", address() + "/v1/AUTH_test");
    exchange.getResponseHeaders().add("X-Auth-Token", "token");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private void write(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (writes.incrementAndGet() == 1) {
      exchange.sendResponseHeaders(202, -1);
    } else {
      stored = new String(body, UTF_8);
      exchange.sendResponseHeaders(201, -1);
    }
    exchange.close();
  }
}
