package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.http.api.AnswerCheck;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.app.config.SettingsLoader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole program in this process, on free ports, with an embedded database of its own. */
final class RunningRegistry implements AutoCloseable {
  static final String PASSWORD = "Breakwater12345";
  static final String AUTHORIZATION =
      "Basic " + Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(UTF_8));

  /** Far longer than any answer takes: a test that hangs says so. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int FIRST_BYTE_MILLIS = 20_000;
  private static final int NEXT_BYTE_MILLIS = 500;

  private final Application application;
  private final Path data;
  private final HttpClient client = HttpClient.newHttpClient();

  private RunningRegistry(Application application, Path data) {
    this.application = application;
    this.data = data;
  }

  /**
   * @param settings as environment variables, such as {@code BREAKWATER_HTTP_STALL_TIMEOUT}
   */
  static RunningRegistry start(Path data, Map<String, String> settings) throws Exception {
    return start(data, settings, Clock.systemUTC());
  }

  /** The same at another time. */
  static RunningRegistry start(Path data, Map<String, String> settings, Clock clock)
      throws Exception {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("BREAKWATER_DATA_DIR", data.toString());
    environment.put("BREAKWATER_HTTP_PORT", "0");
    environment.put("BREAKWATER_MANAGEMENT_PORT", "0");
    environment.put("BREAKWATER_ADMIN_PASSWORD", PASSWORD);
    Settings loaded =
        SettingsLoader.load(Optional.empty(), Optional.empty(), environment).settings();
    return new RunningRegistry(Application.start(loaded, clock), data);
  }

  int port() {
    return application.port();
  }

  List<ApiRouter.Endpoint> endpoints() {
    return application.endpoints();
  }

  Path data() {
    return data;
  }

  /** All metrics, in Prometheus' format. */
  String metrics() throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + application.managementPort() + "/metrics"))
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  /** The value of a metric without labels. */
  double metric(String name) throws Exception {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  /** Sends a request as the administrator. */
  HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws Exception {
    return sendAs(AUTHORIZATION, method, path, body, headers);
  }

  /**
   * Sends a request.
   *
   * @param authorization the header; empty: without a credential
   */
  HttpResponse<byte[]> sendAs(
      String authorization, String method, String path, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    request.timeout(PATIENCE);
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    AnswerCheck.verify(method, path, response.statusCode(), response.headers(), response.body());
    return response;
  }

  /** Pushes a blob into the repository. */
  Digest push(String repository, byte[] content) throws Exception {
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    HttpResponse<byte[]> response =
        send("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content);
    if (response.statusCode() != 201) {
      throw new AssertionError(response + " " + new String(response.body(), UTF_8));
    }
    return digest;
  }

  /** Begins an upload; where it goes on. */
  String beginUpload(String repository) throws Exception {
    return send("POST", "/v2/" + repository + "/blobs/uploads/", new byte[0])
        .headers()
        .firstValue("Location")
        .orElseThrow();
  }

  Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port());
  }

  /**
   * Sends bytes as they are.
   *
   * @return what came until the server closed the connection or said nothing more
   */
  RawAnswer raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.setSoTimeout(FIRST_BYTE_MILLIS);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return read(socket);
    } catch (SocketException e) {
      return new RawAnswer("", true);
    }
  }

  static RawAnswer read(Socket socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    boolean closed = false;
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        answer.write(b);
        socket.setSoTimeout(NEXT_BYTE_MILLIS);
      }
      closed = true;
    } catch (SocketTimeoutException e) {
      closed = false;
    } catch (SocketException e) {
      closed = true;
    }
    return new RawAnswer(answer.toString(ISO_8859_1), closed);
  }

  @Override
  public void close() throws IOException {
    client.close();
    application.close();
  }

  /**
   * @param closed whether the server closed the connection
   */
  record RawAnswer(String text, boolean closed) {
    int status() {
      return text.length() < 12 ? 0 : Integer.parseInt(text.substring(9, 12));
    }
  }
}
