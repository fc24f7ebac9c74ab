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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with its blobs in a cloud's own store, by the library that it ships for it. */
class AzureStoreIT {
  private static final int MIB = 1 << 20;
  private static final int CLOSINGS = 3;
  private static final String REPOSITORY = "library/app";

  @TempDir private static Path directory;

  private static AzureStore store;
  private static BreakwaterProcess breakwater;
  private static RegistryClient admin;

  @BeforeAll
  static void start() {
    store = AzureStore.start(directory);
    breakwater = store.serve(BreakwaterProcess.in(directory)).start();
    admin = breakwater.admin();
  }

  @AfterAll
  static void stop() {
    if (breakwater != null) {
      breakwater.close();
      store.close();
    }
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
  void losesNothingWhenItIsKilledBetweenRequestsAndInThem() throws IOException {
    byte[] content = random(30 * MIB, 2);
    URI upload = admin.location(admin.beginUpload(REPOSITORY));
    admin.patch(upload.toString(), content, 0, 10 * MIB);
    List<Closing> closings =
        IntStream.range(0, CLOSINGS).mapToObj(AzureStoreIT::readyToClose).toList();

    restart();
    assertThat(stored(upload)).isEqualTo(10 * MIB);

    try (PipedOutputStream body = new PipedOutputStream();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<HttpResponse<byte[]>> patch =
          admin.patch(upload, new PipedInputStream(body));
      body.write(content, 10 * MIB, 10 * MIB);
      await().atMost(Duration.ofSeconds(30)).until(() -> stored(upload) > 10 * MIB);
      List<CompletableFuture<Integer>> answers = new ArrayList<>();
      for (Closing closing : closings) {
        answers.add(CompletableFuture.supplyAsync(closing::send, clients));
        pause();
      }
      restart();
      assertThat(patch).failsWithin(Duration.ofSeconds(20));
      for (int i = 0; i < CLOSINGS; i++) {
        int answer = answers.get(i).exceptionally(_ -> 0).join();
        if (answer != 201) {
          assertThat(closings.get(i).send()).as("asked again").isEqualTo(201);
        }
      }
    }

    int kept = stored(upload);
    assertThat(kept).isBetween(10 * MIB + 1, 20 * MIB);
    HttpResponse<byte[]> last = admin.patch(upload.toString(), content, kept, content.length);
    URI closing = admin.closing(last, RegistryClient.digest(content));
    assertThat(admin.put(closing.toString()).statusCode()).isEqualTo(201);
    assertHolds(content);
    closings.forEach(each -> assertHolds(each.content()));
    assertNothingIsDamaged();
  }

  private static Closing readyToClose(int number) {
    byte[] content = random(20 * MIB, 100 + number);
    URI upload = admin.location(admin.beginUpload(REPOSITORY));
    HttpResponse<byte[]> patched = admin.patch(upload.toString(), content, 0, content.length);
    return new Closing(content, admin.closing(patched, RegistryClient.digest(content)).toString());
  }

  /** So that each closing request is killed at another moment. */
  private static void pause() {
    new CompletableFuture<>().completeOnTimeout(0, 120, TimeUnit.MILLISECONDS).join();
  }

  /** An upload of which all bytes are there. */
  private record Closing(byte[] content, String target) {
    int send() {
      return admin.put(target).statusCode();
    }
  }

  private static void restart() {
    breakwater.kill();
    breakwater.start();
  }

  /** How many bytes of an upload there are. */
  private static int stored(URI upload) {
    String range = admin.get(upload).headers().firstValue("Range").orElse("0--1");
    return Integer.parseInt(range.substring("0-".length())) + 1;
  }

  private static void assertHolds(byte[] content) {
    byte[] pulled = admin.blob(REPOSITORY, RegistryClient.digest(content)).body();
    assertThat(Arrays.equals(pulled, content)).isTrue();
  }

  private static void assertNothingIsDamaged() {
    assertThat(breakwater.subcommand("storage", "verify", "--rehash").succeed())
        .contains("0 damaged");
  }

  private static byte[] random(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }
}
