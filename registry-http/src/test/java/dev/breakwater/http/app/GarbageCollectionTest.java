package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Garbage collection as an administrator runs it, down to the files. */
final class GarbageCollectionTest {
  private static final String GC = "/system/gc";
  private static final String EXPIRED =
      "\"annotations\": {\"dev.breakwater.expires-after\": \"1s\"},";

  @TempDir private static Path data;
  private static RunningRegistry registry;
  private static ApiClient admin;
  private static TestImages images;
  private static long lastRun;

  @BeforeAll
  static void start() throws Exception {
    registry =
        RunningRegistry.start(
            data,
            Map.of(
                "BREAKWATER_GC_LEASE", "0s",
                "BREAKWATER_GC_ALLOW_SHORT_LEASE", "true",
                "BREAKWATER_UNDO_WINDOW", "1h"));
    admin = ApiClient.admin(registry).ofApi();
    images = new TestImages(registry);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void deletesFilesThatNothingNeedsAndNoOthers() throws Exception {
    run("{\"purge_deleted\": true}");
    Digest kept = images.image("library/kept", "kept layer", "v1");
    images.image("library/gone", "gone layer", "v1");
    Digest orphan = registry.push("library/kept", "never named".getBytes(UTF_8));
    long before = files();

    JsonValue dry = run("{\"dry_run\": true}");
    assertThat(number(dry, "purged_blobs")).isPositive();
    assertThat(files()).isEqualTo(before);

    admin.delete("/projects/library/repositories/gone/artifacts/v1").require(200);
    run("{}");
    assertThat(exists(orphan)).isFalse();
    assertThat(log()).contains("deleted blob " + orphan + " of 11 bytes: no repository links it");
    assertThat(files()).as("what was deleted can be brought back").isEqualTo(before - 1);

    JsonValue purged = run("{\"purge_deleted\": true}");
    assertThat(number(purged, "purged_blobs")).isEqualTo(2);
    assertThat(number(purged, "freed_space")).isPositive();
    assertThat(files()).isEqualTo(before - 3);
    assertThat(registry.send("GET", "/v2/library/kept/manifests/" + kept, new byte[0]).statusCode())
        .isEqualTo(200);
  }

  @Test
  void deletesUntaggedArtifactsByChoice() throws Exception {
    Digest untagged = images.image("library/choice", "untagged", "");
    images.image("library/choice", "tagged", "v1");
    String artifact = "/projects/library/repositories/choice/artifacts/";

    run("{}");
    assertThat(admin.get(artifact + untagged).status()).isEqualTo(200);

    run("{\"delete_untagged\": true}");
    assertThat(admin.get(artifact + untagged).status()).isEqualTo(404);
    assertThat(log()).contains("deleted library/choice@" + untagged + ": untagged");
    assertThat(admin.get(artifact + "v1").status()).isEqualTo(200);
  }

  @Test
  void leavesExpiredArtifactsAloneThatAreImmutable() throws Exception {
    admin.post("/projects", "{\"project_name\":\"fixed\"}").require(201);
    admin
        .post(
            "/projects/fixed/immutabletagrules",
            """
            {"disabled": false, "action": "immutable", "template": "immutable_template",
             "tag_selectors": [
               {"kind": "doublestar", "decoration": "matches", "pattern": "v1"}],
             "scope_selectors": {"repository": [
               {"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]}}
            """)
        .require(201);
    images.image("fixed/app", "kept", TestImages.CONFIG, EXPIRED, "v1");
    images.image("fixed/app", "gone", TestImages.CONFIG, EXPIRED, "v2");
    String artifact = "/projects/fixed/repositories/app/artifacts/";
    await().atMost(Duration.ofSeconds(60)).until(() -> admin.get(artifact + "v2").status() == 404);

    assertThat(number(run("{\"dry_run\": true}"), "purged_manifests")).isZero();

    run("{}");
    assertThat(log()).contains("kept: the tag v1 configured as immutable");
    assertThat(admin.get(artifact + "v1").status()).isEqualTo(200);
  }

  /** What the last run wrote. */
  private static String log() {
    return admin.get(GC + "/" + lastRun + "/log").require(200).body();
  }

  private static JsonValue run(String parameters) throws Exception {
    ApiAnswer started =
        admin
            .post(
                GC + "/schedule",
                "{\"schedule\": {\"type\": \"Manual\"}, \"parameters\": " + parameters + "}")
            .require(201);
    lastRun = started.id();
    String path = GC + "/" + lastRun;
    long end = System.nanoTime() + 60_000_000_000L;
    while (true) {
      JsonValue job = admin.get(path).require(200).json();
      String status = job.get("job_status").text().orElseThrow();
      if (status.equals("Success")) {
        return Json.parse(job.get("job_parameters").text().orElseThrow().getBytes(UTF_8));
      }
      assertThat(status).as(job.toString()).isIn("Pending", "Running", "Scheduled");
      assertThat(System.nanoTime()).as("too late").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static long number(JsonValue parameters, String name) {
    return parameters.get(name).wholeNumber().orElse(0);
  }

  private static long files() throws IOException {
    try (Stream<Path> all = Files.walk(data.resolve("storage"))) {
      return all.filter(path -> path.endsWith("data")).count();
    }
  }

  private static boolean exists(Digest digest) {
    return Files.exists(
        data.resolve(
            "storage/docker/registry/v2/blobs/sha256/"
                + digest.hex().substring(0, 2)
                + "/"
                + digest.hex()
                + "/data"));
  }
}
