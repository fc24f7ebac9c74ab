package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class QuotaApiTest {
  private static final int MIB = 1 << 20;

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  @Test
  void givesNewProjectsWhatTheSystemGives() {
    ApiClient admin = REGISTRY.admin().ofApi();
    ApiClient hans = admin.newUser("hans");

    admin.put("/configurations", "{\"storage_per_project\": 5000}").require(200);
    hans.post("/projects", "{\"project_name\":\"his\", \"storage_limit\": 9}").require(201);
    admin.post("/projects", "{\"project_name\":\"usual\"}").require(201);
    admin.post("/projects", "{\"project_name\":\"open\", \"storage_limit\": -1}").require(201);
    admin.put("/configurations", "{\"storage_per_project\": -1}").require(200);
    admin.post("/projects", "{\"project_name\":\"after\"}").require(201);

    assertThat(limit("his")).isEqualTo(5000);
    assertThat(limit("usual")).isEqualTo(5000);
    assertThat(limit("open")).isEqualTo(-1);
    assertThat(limit("after")).isEqualTo(-1);
    for (String bad : List.of("0", "-2", "\"many\"")) {
      assertThat(admin.put("/configurations", "{\"storage_per_project\": " + bad + "}").status())
          .as(bad)
          .isEqualTo(400);
    }
  }

  @Test
  void warnsOnceWhenAProjectIsNearlyFull() throws Exception {
    ApiClient admin = REGISTRY.admin().ofApi();
    long one = fill("tight", 1, 1);
    fill("tight", 2, 8);
    fill("marker", 1, 9);
    await().atMost(Duration.ofSeconds(30)).until(() -> warnings("marker") == 1);
    assertThat(warnings("tight")).isZero();

    fill("tight", 9, 9);
    await().atMost(Duration.ofSeconds(30)).until(() -> warnings("tight") == 1);
    fill("tight", 10, 10);
    fill("another", 1, 9);
    await().atMost(Duration.ofSeconds(30)).until(() -> warnings("another") == 1);

    assertThat(warnings("tight")).as("not again").isEqualTo(1);
    JsonValue warning =
        admin.get("/projects/tight/auditlog-exts?q=operation%3Dwarn").json().elements().getFirst();
    assertThat(warning.get("operation_description").text().orElseThrow())
        .contains("quota usage of project tight reaches 85%");
    assertThat(one).isPositive();
  }

  /** Pushes images of which ten fit; what one takes. */
  private static long fill(String project, int first, int last) throws Exception {
    ApiClient admin = REGISTRY.admin().ofApi();
    TestImages images = new TestImages(REGISTRY.running());
    for (int i = first; i <= last; i++) {
      if (i == 1) {
        long id =
            admin.post("/projects", "{\"project_name\":\"" + project + "\"}").require(201).id();
        images.image(project + "/a", project + "01", "v1");
        admin.put("/quotas/" + id, "{\"hard\":{\"storage\":" + 10 * used(id) + "}}").require(200);
      } else {
        images.image(project + "/a", project + (i < 10 ? "0" : "") + i, "v" + i);
      }
    }
    return used(
        admin.get("/projects/" + project).json().get("project_id").wholeNumber().orElseThrow());
  }

  /** It is seen a few seconds later, on every replica. */
  @Test
  void letsProjectsGrowAsTheyLikeWhileQuotasAreSwitchedOff() throws Exception {
    ApiClient admin = REGISTRY.admin().ofApi();
    TestImages images = new TestImages(REGISTRY.running());
    long id = admin.post("/projects", "{\"project_name\":\"free\"}").require(201).id();
    admin.put("/quotas/" + id, "{\"hard\":{\"storage\":5}}").require(200);
    assertThat(pushed("free/a")).isEqualTo(403);

    admin.put("/configurations", "{\"quota_per_project_enable\":false}").require(200);
    try {
      await().atMost(Duration.ofSeconds(20)).until(() -> pushed("free/a") == 201);
      images.image("free/a", "layer", "v1");
      assertThat(used(id)).isGreaterThan(500);
    } finally {
      admin.put("/configurations", "{\"quota_per_project_enable\":true}").require(200);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> pushed("free/b") == 403);
  }

  private static int pushed(String repository) throws Exception {
    byte[] content = repository.getBytes(UTF_8);
    return REGISTRY
        .running()
        .send(
            "POST",
            "/v2/"
                + repository
                + "/blobs/uploads/?digest="
                + Digest.compute(DigestAlgorithm.SHA256, content),
            content)
        .statusCode();
  }

  @Test
  void countsWhatAProjectHoldsOnce() throws Exception {
    ApiClient admin = REGISTRY.admin().ofApi();
    TestImages images = new TestImages(REGISTRY.running());
    admin.post("/projects", "{\"project_name\":\"counted\"}");
    images.image("counted/a", "shared layer", "v1");
    long one = admin.used("counted");
    images.image("counted/b", "shared layer", "v1");

    assertThat(one).isGreaterThan(400);
    assertThat(admin.used("counted")).isEqualTo(one);
    admin.delete("/projects/counted/repositories/a/artifacts/v1");
    assertThat(admin.used("counted")).isEqualTo(one);
    admin.delete("/projects/counted/repositories/b");
    assertThat(admin.used("counted")).isZero();
  }

  @Test
  void givesAnotherTagInAFullProject() throws Exception {
    ApiClient admin = REGISTRY.admin().ofApi();
    RunningRegistry registry = REGISTRY.running();
    TestImages images = new TestImages(registry);
    long id = admin.post("/projects", "{\"project_name\":\"brim\"}").require(201).id();
    Digest image = images.image("brim/a", "layer", "v1");
    images.index("brim/a", List.of(image), "all");
    long used = used(id);
    admin.put("/quotas/" + id, "{\"hard\":{\"storage\":" + used + "}}").require(200);

    for (String tag : List.of("v1", "all")) {
      var manifest = registry.send("GET", "/v2/brim/a/manifests/" + tag, new byte[0]);
      String json = new String(manifest.body(), UTF_8);
      assertThat(images.put("brim/a", json, "more-" + tag).statusCode()).as(tag).isEqualTo(201);
      assertThat(images.put("brim/a", json + "\n", "new-" + tag).statusCode())
          .as("other bytes than those of %s", tag)
          .isEqualTo(403);
    }

    assertThat(used(id)).isEqualTo(used);
    admin.put("/quotas/" + id, "{\"hard\":{\"storage\":" + (used + 7) + "}}").require(200);
    assertThat(pushed("brim/a")).as("6 bytes: nothing is reserved any more").isEqualTo(201);
  }

  @Test
  void refusesWhatDoesNotFitIntoTheQuota() throws Exception {
    ApiClient admin = REGISTRY.admin().ofApi();
    TestImages images = new TestImages(REGISTRY.running());
    admin.post("/projects", "{\"project_name\":\"small\"}");
    long id = admin.projectId("small");
    assertThat(admin.put("/quotas/" + id, "{\"hard\":{\"storage\":2000}}").status()).isEqualTo(200);
    images.image("small/a", "fits", "v1");

    var refused =
        REGISTRY
            .running()
            .send(
                "POST",
                "/v2/small/a/blobs/uploads/?digest=sha256:" + "0".repeat(64),
                new byte[5000]);

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(new String(refused.body(), UTF_8))
        .contains("DENIED")
        .contains("adding 4.9 KiB of storage resource")
        .contains("exceed the configured upper limit of 2.0 KiB");
    assertThat(admin.put("/quotas/" + id, "{\"hard\":{\"storage\":0}}").status()).isEqualTo(400);
    assertThat(admin.put("/quotas/" + id, "{\"hard\":5}").status()).isEqualTo(400);
    assertThat(admin.get("/quotas/999999").status()).isEqualTo(404);
    assertThat(admin.get("/quotas?reference_id=" + id).json().elements()).hasSize(1);
  }

  /** As docker sends layers: room comes in steps of 16 MiB, or what is left. */
  @Test
  void givesRoomInStepsToUploadsOfUnknownLength() throws Exception {
    REGISTRY
        .admin()
        .ofApi()
        .post("/projects", "{\"project_name\":\"steps\",\"storage_limit\":%d}".formatted(40 * MIB))
        .require(201);

    assertThat(stream("steps/a", 36 * MIB)).isEqualTo(202);
    assertThat(stream("steps/b", 5 * MIB)).as("4 are left").isEqualTo(403);
    assertThat(stream("steps/b", 3 * MIB)).isEqualTo(202);
    assertThat(stream("steps/c", 17 * MIB)).as("1 is left").isEqualTo(403);
  }

  /** In chunks, into an upload that stays open. */
  private static int stream(String repository, int bytes) throws Exception {
    RunningRegistry registry = REGISTRY.running();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:" + registry.port() + registry.beginUpload(repository)))
                  .header("Authorization", RunningRegistry.AUTHORIZATION)
                  .method(
                      "PATCH",
                      BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[bytes])))
                  .build(),
              BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void recordsOnceThatSomethingDidNotFit() throws Exception {
    ApiClient admin = REGISTRY.admin().ofApi();
    long id =
        admin
            .post("/projects", "{\"project_name\":\"full\",\"storage_limit\":10}")
            .require(201)
            .id();
    assertThat(limit("full")).isEqualTo(10);
    assertThat(id).isPositive();

    for (int i = 0; i < 3; i++) {
      int status =
          REGISTRY
              .running()
              .send(
                  "POST",
                  "/v2/full/a/blobs/uploads/?digest=sha256:" + "0".repeat(64),
                  new byte[5000])
              .statusCode();
      assertThat(status).isEqualTo(403);
    }

    JsonValue refused = admin.get("/projects/full/auditlog-exts?q=operation%3Dexceed").json();
    assertThat(refused.size()).isEqualTo(1);
    assertThat(refused.elements().getFirst().get("operation_result").bool()).contains(false);
    assertThat(refused.elements().getFirst().get("operation_description").text().orElseThrow())
        .contains("will exceed the configured upper limit");
  }

  private static int warnings(String project) {
    return REGISTRY
        .admin()
        .ofApi()
        .get("/projects/" + project + "/logs?q=operation%3Dwarn")
        .json()
        .size();
  }

  private static long limit(String project) {
    return REGISTRY
        .admin()
        .ofApi()
        .get("/projects/" + project + "/summary")
        .json()
        .get("quota")
        .get("hard")
        .get("storage")
        .wholeNumber()
        .orElseThrow();
  }

  private static long used(long id) {
    return REGISTRY
        .admin()
        .ofApi()
        .get("/quotas/" + id)
        .json()
        .get("used")
        .get("storage")
        .wholeNumber()
        .orElseThrow();
  }
}
