package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with its blobs in an object store. */
class ObjectStoreIT {
  private static final int MIB = 1 << 20;
  private static final String REPOSITORY = "library/app";

  @TempDir private Path directory;

  private ObjectStore store;
  private BreakwaterProcess breakwater;

  @BeforeEach
  void start() {
    store = ObjectStore.start(directory.resolve("s3"));
    breakwater =
        store
            .serve(BreakwaterProcess.in(directory))
            .with("gc.lease", "0s")
            .with("gc.allow-short-lease", "true")
            .withJavaOptions("-Dio.netty.leakDetection.level=paranoid")
            .start();
  }

  @AfterEach
  void stop() {
    breakwater.close();
    store.close();
    assertThat(breakwater.process().log()).doesNotContain("LEAK");
  }

  @Test
  void pushesPullsCollectsAndVerifies() throws IOException {
    Crane crane = Crane.loggedIn(breakwater, directory);
    String image = breakwater.registry() + "/" + REPOSITORY + ":1";
    crane.pushImage(image, "kept in a bucket");
    byte[] large = random(30 * MIB, 1);
    RegistryClient admin = breakwater.admin();

    assertThat(crane.run("validate", "--remote", image).succeed()).contains("PASS");
    assertThat(admin.pushBlobInParts(REPOSITORY, large, 7 * MIB)).isEqualTo(201);
    assertThat(admin.blob(REPOSITORY, RegistryClient.digest(large)).body()).isEqualTo(large);
    assertThat(part(RegistryClient.digest(large), 12_345_678, 20_000_000))
        .isEqualTo(Arrays.copyOfRange(large, 12_345_678, 20_000_001));
    assertThat(breakwater.subcommand("storage", "verify", "--rehash").succeed())
        .contains("0 damaged");

    long before = objects();
    breakwater.subcommand("gc").succeed();

    assertThat(objects()).isEqualTo(before - 1);
    assertThat(crane.run("validate", "--remote", image).succeed()).contains("PASS");
  }

  @Test
  void goesOnWithAnUploadAfterItWasKilled() {
    byte[] content = random(40 * MIB, 2);
    RegistryClient admin = breakwater.admin();
    URI upload = admin.location(admin.beginUpload(REPOSITORY));
    upload = admin.location(send("PATCH", upload, Arrays.copyOf(content, 21 * MIB)));

    breakwater.kill();
    breakwater.start();
    HttpResponse<byte[]> status = send("GET", upload, new byte[0]);
    assertThat(status.headers().firstValue("Range")).contains("0-" + (21 * MIB - 1));
    byte[] rest = Arrays.copyOfRange(content, 21 * MIB, content.length);
    HttpResponse<byte[]> patched = send("PATCH", upload, rest);
    URI closing = admin.closing(patched, RegistryClient.digest(content));

    assertThat(send("PUT", closing, new byte[0]).statusCode()).isEqualTo(201);
    assertThat(admin.blob(REPOSITORY, RegistryClient.digest(content)).body()).isEqualTo(content);
  }

  @Test
  void saysThatItsStorageIsAwayAndComesBack() {
    byte[] content = random(MIB, 3);
    RegistryClient admin = breakwater.admin();
    assertThat(admin.pushBlob(REPOSITORY, content)).isEqualTo(201);

    store.stop();
    HttpResponse<byte[]> refused = admin.blob(REPOSITORY, RegistryClient.digest(content));
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("UNAVAILABLE");
    await().atMost(Duration.ofSeconds(30)).until(() -> ready() == 503);

    store.restart();
    await().atMost(Duration.ofSeconds(30)).until(() -> ready() == 200);
    assertThat(admin.blob(REPOSITORY, RegistryClient.digest(content)).body()).isEqualTo(content);
  }

  private int ready() {
    return breakwater.admin().get(breakwater.managementUrl("/health/ready")).statusCode();
  }

  private HttpResponse<byte[]> send(String method, URI target, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .header("Content-Type", "application/octet-stream")
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    return send(request);
  }

  private byte[] part(String digest, int first, int last) {
    URI blob = breakwater.url("/v2/" + REPOSITORY + "/blobs/" + digest);
    return send(HttpRequest.newBuilder(blob).header("Range", "bytes=" + first + "-" + last)).body();
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          request.header("Authorization", breakwater.admin().authorization()).build(),
          BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("the request was not answered", e);
    }
  }

  private long objects() throws IOException {
    try (Stream<Path> files = Files.walk(store.bucket())) {
      return files.filter(file -> file.endsWith("data")).filter(Files::isRegularFile).count();
    }
  }

  private static byte[] random(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }
}
