package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with its blobs in a cloud's own store, by the library that it ships for it. */
class AzureStoreIT {
  private static final int MIB = 1 << 20;
  private static final String REPOSITORY = "library/app";

  @TempDir private Path directory;

  private AzureStore store;
  private BreakwaterProcess breakwater;
  private RegistryClient admin;

  @BeforeEach
  void start() {
    store = AzureStore.start(directory);
    breakwater = store.serve(BreakwaterProcess.in(directory)).start();
    admin = breakwater.admin();
  }

  @AfterEach
  void stop() {
    breakwater.close();
    store.close();
  }

  @Test
  void pushesAndPulls() throws IOException {
    Crane crane = Crane.loggedIn(breakwater, directory);
    String image = breakwater.registry() + "/" + REPOSITORY + ":1";
    crane.pushImage(image, "kept in a cloud");
    byte[] large = random(20 * MIB, 1);

    assertThat(crane.run("validate", "--remote", image).succeed()).contains("PASS");
    assertThat(admin.pushBlobInParts(REPOSITORY, large, 7 * MIB)).isEqualTo(201);
    assertHolds(large);
    assertNothingIsDamaged();
  }

  @Test
  void goesOnWithAnUploadAfterItWasKilledBetweenChunksAndInOne() throws IOException {
    byte[] content = random(50 * MIB, 2);
    URI upload = admin.location(admin.beginUpload(REPOSITORY));
    admin.patch(upload.toString(), content, 0, 20 * MIB);

    restart();
    assertThat(stored(upload)).isEqualTo(20 * MIB);

    try (PipedOutputStream body = new PipedOutputStream()) {
      CompletableFuture<HttpResponse<byte[]>> patch =
          admin.patch(upload, new PipedInputStream(body));
      body.write(content, 20 * MIB, 20 * MIB);
      await().atMost(Duration.ofSeconds(30)).until(() -> stored(upload) > 20 * MIB);
      restart();
      assertThat(patch).failsWithin(Duration.ofSeconds(20));
    }

    int kept = stored(upload);
    assertThat(kept).isBetween(20 * MIB + 1, 40 * MIB);
    HttpResponse<byte[]> last = admin.patch(upload.toString(), content, kept, content.length);
    URI closing = admin.closing(last, RegistryClient.digest(content));
    assertThat(admin.put(closing.toString()).statusCode()).isEqualTo(201);
    assertHolds(content);
    assertNothingIsDamaged();
  }

  @Test
  void losesNothingWhenItIsKilledInAClosingRequest() {
    byte[] content = random(40 * MIB, 3);
    URI upload = admin.location(admin.beginUpload(REPOSITORY));
    HttpResponse<byte[]> patched = admin.patch(upload.toString(), content, 0, content.length);
    String closing = admin.closing(patched, RegistryClient.digest(content)).toString();

    int answer =
        CompletableFuture.supplyAsync(() -> admin.put(closing).statusCode())
            .completeOnTimeout(0, 200, TimeUnit.MILLISECONDS)
            .join();
    restart();

    if (answer != 201) {
      assertThat(admin.put(closing).statusCode()).as("asked again").isEqualTo(201);
    }
    assertHolds(content);
    assertNothingIsDamaged();
  }

  private void restart() {
    breakwater.kill();
    breakwater.start();
  }

  /** How many bytes of an upload there are. */
  private int stored(URI upload) {
    String range = admin.get(upload).headers().firstValue("Range").orElse("0--1");
    return Integer.parseInt(range.substring("0-".length())) + 1;
  }

  private void assertHolds(byte[] content) {
    byte[] pulled = admin.blob(REPOSITORY, RegistryClient.digest(content)).body();
    assertThat(Arrays.equals(pulled, content)).isTrue();
  }

  private void assertNothingIsDamaged() {
    assertThat(breakwater.subcommand("storage", "verify", "--rehash").succeed())
        .contains("0 damaged");
  }

  private static byte[] random(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }
}
