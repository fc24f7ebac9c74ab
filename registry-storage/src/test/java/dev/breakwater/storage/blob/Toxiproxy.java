package dev.breakwater.storage.blob;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Toxiproxy between a store and its server: what networks do, on demand. */
public final class Toxiproxy implements AutoCloseable {
  private static final Path PROGRAM = TestProgram.tool("toxiproxy-server");

  private final HttpClient client = HttpClient.newHttpClient();
  private final int control = TestProgram.freePort();
  private final int port = TestProgram.freePort();
  private final TestProgram program =
      TestProgram.start(
          List.of(PROGRAM.toString(), "-host", "127.0.0.1", "-port", Integer.toString(control)),
          Map.of(),
          control,
          Path.of("/dev/null"));

  private Toxiproxy() {}

  /** Whether its tests can run, or must fail because they cannot. */
  public static boolean isWanted() {
    return TestProgram.isWanted(PROGRAM);
  }

  public static Toxiproxy before(URI server) {
    Toxiproxy proxy = new Toxiproxy();
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(proxy::answers);
    proxy.post(
        "/proxies",
        """
        {"name": "store", "listen": "127.0.0.1:%d", "upstream": "127.0.0.1:%d", "enabled": true}
        """
            .formatted(proxy.port, server.getPort()));
    return proxy;
  }

  private boolean answers() {
    return send(request("/version").GET()).statusCode() == 200;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Every packet later by so much. */
  public void latency(Duration delay) {
    toxic("latency", "downstream", "{\"latency\": " + delay.toMillis() + "}");
  }

  /** A connection is reset when so many bytes have come down, or gone up. */
  public void cutAfter(long bytes, String direction) {
    toxic("limit_data", direction, "{\"bytes\": " + bytes + "}");
  }

  /** Connections are reset at once. */
  public void reset() {
    toxic("reset_peer", "downstream", "{\"timeout\": 0}");
  }

  public void bandwidth(long kibibytesPerSecond, String direction) {
    toxic("bandwidth", direction, "{\"rate\": " + kibibytesPerSecond + "}");
  }

  /** Nothing listens. */
  public void disable() {
    post("/proxies/store", "{\"enabled\": false}");
  }

  /** As if nothing had happened. */
  public void heal() {
    post("/reset", "{}");
  }

  private void toxic(String type, String stream, String attributes) {
    post(
        "/proxies/store/toxics",
        """
        {"type": "%s", "stream": "%s", "attributes": %s}
        """
            .formatted(type, stream, attributes));
  }

  private void post(String path, String body) {
    HttpResponse<String> answer =
        send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(path + ": " + answer.body());
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control + path))
        .header("User-Agent", "test");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    program.close();
  }
}
