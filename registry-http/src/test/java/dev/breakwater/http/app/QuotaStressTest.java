package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Far more pushes at once than a quota has room for, one of which stops in the middle. */
final class QuotaStressTest {
  private static final int PUSHES = 200;
  private static final int FITTING = 50;
  private static final int SIZE = 1024 * 1024;
  private static final double MIB = 1024.0 * 1024;

  /** Of a message of refusal. */
  private static final Pattern SIZES =
      Pattern.compile(
          "adding ([0-9.]+) (\\S+) .* current usage of ([0-9.]+) (\\S+) .* limit of ([0-9.]+)"
              + " (\\S+);");

  @TempDir private static Path data;
  private static RunningRegistry registry;
  private static ApiClient admin;
  private static HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    registry = RunningRegistry.start(data, Map.of());
    admin = ApiClient.admin(registry).ofApi();
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    registry.close();
  }

  @Test
  void letsExactlyInWhatFitsAndNoPushWaitsForAnother() throws Exception {
    admin
        .post(
            "/projects",
            "{\"project_name\": \"tight\", \"storage_limit\": %d}".formatted(FITTING * SIZE))
        .require(201);
    byte[] slow = content(PUSHES);
    List<Integer> refused = new ArrayList<>();
    int accepted = 0;

    try (Socket stalled = begin(slow);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int n = 1; n < PUSHES; n++) {
        int number = n;
        answers.add(threads.submit(() -> push(number)));
      }
      for (int n = 1; n < PUSHES; n++) {
        HttpResponse<String> answer = answers.get(n - 1).get();
        if (answer.statusCode() == 201) {
          accepted++;
        } else {
          requireRightlyRefused(answer);
          refused.add(n);
        }
      }
      assertThat(accepted).isBetween(1, FITTING - 1);
      assertThat(used()).isEqualTo((long) accepted * SIZE);

      stalled.getOutputStream().write(slow, SIZE / 2, SIZE / 2);
      assertThat(RunningRegistry.read(stalled).status()).isEqualTo(201);
      accepted++;
    }

    for (int n : refused) {
      HttpResponse<String> answer = push(n);
      if (answer.statusCode() == 201) {
        accepted++;
      } else {
        requireRightlyRefused(answer);
      }
      assertThat(used()).isEqualTo((long) accepted * SIZE);
    }

    assertThat(accepted).isEqualTo(FITTING);
    assertThat(used()).isEqualTo((long) FITTING * SIZE);
    assertThat(stored()).as("what a count of all that can be read gives").isEqualTo(FITTING);
  }

  /** Sends the half of a blob. */
  private static Socket begin(byte[] content) throws IOException {
    Socket socket = registry.connect();
    socket.setSoTimeout(60_000);
    OutputStream out = socket.getOutputStream();
    out.write(
        """
        POST /v2/tight/slow/blobs/uploads/?digest=%s HTTP/1.1\r
        Host: x\r
        Authorization: %s\r
        Content-Length: %d\r
        \r
        """
            .formatted(
                Digest.compute(DigestAlgorithm.SHA256, content),
                RunningRegistry.AUTHORIZATION,
                SIZE)
            .getBytes(ISO_8859_1));
    out.write(content, 0, SIZE / 2);
    out.flush();
    return socket;
  }

  /** In one request, or in two or three, with a length or in chunks. */
  private static HttpResponse<String> push(int number) throws Exception {
    byte[] content = content(number);
    String uploads = "/v2/tight/app" + number % 5 + "/blobs/uploads/";
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    BodyPublisher known = BodyPublishers.ofByteArray(content);
    BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content));
    if (number % 4 == 0) {
      return send("POST", uploads + "?digest=" + digest, known);
    }
    HttpResponse<String> begun = send("POST", uploads, BodyPublishers.noBody());
    if (begun.statusCode() != 202) {
      return begun;
    }
    if (number % 4 < 3) {
      return send("PUT", next(begun) + "digest=" + digest, number % 4 == 1 ? known : chunked);
    }
    HttpResponse<String> patched = send("PATCH", next(begun), chunked);
    return patched.statusCode() == 202
        ? send("PUT", next(patched) + "digest=" + digest, BodyPublishers.noBody())
        : patched;
  }

  /** Where the upload goes on. */
  private static String next(HttpResponse<String> answer) {
    String location = answer.headers().firstValue("Location").orElseThrow();
    return location + (location.contains("?") ? "&" : "?");
  }

  private static HttpResponse<String> send(String method, String path, BodyPublisher body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + registry.port()).resolve(path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", RunningRegistry.AUTHORIZATION)
            .method(method, body)
            .build(),
        BodyHandlers.ofString());
  }

  /** The message names numbers, and by these there was no room. */
  private static void requireRightlyRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains("DENIED");
    Matcher sizes = SIZES.matcher(answer.body());
    assertThat(sizes.find()).as(answer.body()).isTrue();
    double adding = bytes(sizes, 1);
    double taken = bytes(sizes, 3);
    double limit = bytes(sizes, 5);
    assertThat(taken).as(answer.body()).isLessThanOrEqualTo(limit);
    // The message rounds to a tenth.
    assertThat(Math.max(adding, 1) + taken).as(answer.body()).isGreaterThan(limit - MIB / 10);
  }

  private static double bytes(Matcher sizes, int group) {
    double unit =
        switch (sizes.group(group + 1)) {
          case "B" -> 1;
          case "KiB" -> 1024;
          default -> MIB;
        };
    return Double.parseDouble(sizes.group(group)) * unit;
  }

  private static long used() {
    long project =
        admin.get("/projects/tight").json().get("project_id").wholeNumber().orElseThrow();
    return admin
        .get("/quotas/" + project)
        .require(200)
        .json()
        .get("used")
        .get("storage")
        .wholeNumber()
        .orElseThrow();
  }

  private static long stored() throws Exception {
    long stored = 0;
    for (int n = 1; n <= PUSHES; n++) {
      String repository = n == PUSHES ? "slow" : "app" + n % 5;
      String blob = "/blobs/" + Digest.compute(DigestAlgorithm.SHA256, content(n));
      String path = "/v2/tight/" + repository + blob;
      stored += registry.send("HEAD", path, new byte[0]).statusCode() == 200 ? 1 : 0;
    }
    return stored;
  }

  private static byte[] content(int number) {
    byte[] content = new byte[SIZE];
    new Random(number).nextBytes(content);
    return content;
  }
}
