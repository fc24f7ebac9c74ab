package dev.breakwater.storage.blob.opendal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before fake-gcs-server and does what that one does not know: objects in parts (XML API,
 * "multipart uploads"). Parts are kept in memory; complete objects and everything else go on to the
 * server behind.
 */
final class GcsParts implements AutoCloseable {
  private static final int SMALLEST_PART = 5 * 1024 * 1024;
  private static final Set<String> OWN_HEADERS =
      Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");

  private final URI behind;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, NavigableMap<Integer, byte[]>> uploads = new ConcurrentHashMap<>();

  GcsParts(URI behind) {
    this.behind = behind;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Uploads that were neither completed nor given up. */
  int unfinished() {
    return uploads.size();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
      String method = exchange.getRequestMethod();
      if (method.equals("POST") && query.equals("uploads")) {
        begin(exchange);
      } else if (method.equals("PUT") && query.contains("partNumber=")) {
        put(exchange, query);
      } else if (method.equals("POST") && query.startsWith("uploadId=")) {
        complete(exchange, query);
      } else {
        forward(exchange);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void begin(HttpExchange exchange) throws IOException {
    String id = UUID.randomUUID().toString();
    uploads.put(id, new ConcurrentSkipListMap<>());
    send(
        exchange,
        200,
        "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>"
            + id
            + "</UploadId></InitiateMultipartUploadResult>");
  }

  private void put(HttpExchange exchange, String query) throws IOException {
    byte[] part = exchange.getRequestBody().readAllBytes();
    NavigableMap<Integer, byte[]> parts = uploads.get(value(query, "uploadId"));
    if (parts == null) {
      send(exchange, 404, "");
      return;
    }
    int number = Integer.parseInt(value(query, "partNumber"));
    parts.put(number, part);
    exchange.getResponseHeaders().add("ETag", "\"part-" + number + "\"");
    send(exchange, 200, "");
  }

  private void complete(HttpExchange exchange, String query)
      throws IOException, InterruptedException {
    String named = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    NavigableMap<Integer, byte[]> parts = uploads.remove(value(query, "uploadId"));
    if (parts == null || !isWhole(parts, named)) {
      send(exchange, 400, "");
      return;
    }
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    parts.values().forEach(object::writeBytes);
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/", 2);
    URI target =
        URI.create(
            behind
                + "/upload/storage/v1/b/"
                + path[0]
                + "/o?uploadType=media&name="
                + URLEncoder.encode(path[1], UTF_8));
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(target)
                .POST(BodyPublishers.ofByteArray(object.toByteArray()))
                .build(),
            BodyHandlers.ofString());
    send(
        exchange,
        answer.statusCode(),
        "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>");
  }

  /** Every part was named, in order and without a gap, and only the last one is small. */
  private static boolean isWhole(NavigableMap<Integer, byte[]> parts, String named) {
    int expected = 1;
    for (Map.Entry<Integer, byte[]> part : parts.entrySet()) {
      boolean last = part.getKey().equals(parts.lastKey());
      if (part.getKey() != expected
          || !named.contains("<PartNumber>" + expected + "</PartNumber>")
          || !named.contains("part-" + expected)
          || (!last && part.getValue().length < SMALLEST_PART)) {
        return false;
      }
      expected++;
    }
    return expected > 1;
  }

  private void forward(HttpExchange exchange) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(behind + exchange.getRequestURI().toString()))
            .method(
                exchange.getRequestMethod(),
                BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (!OWN_HEADERS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    HttpResponse<InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
    answer
        .headers()
        .map()
        .forEach((name, values) -> {
          if (!OWN_HEADERS.contains(name)) {
            values.forEach(value -> exchange.getResponseHeaders().add(name, value));
          }
        });
    byte[] body = answer.body().readAllBytes();
    exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String value(String query, String name) {
    for (String pair : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    throw new IllegalArgumentException(query);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
  }
}
