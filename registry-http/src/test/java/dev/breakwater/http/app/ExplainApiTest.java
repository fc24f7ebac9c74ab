package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why things stay, and what runs would free; blobs have no lease here. */
final class ExplainApiTest {
  private static final String REPOSITORIES = "/projects/library/repositories/";

  @TempDir private static Path data;
  private static RunningRegistry registry;
  private static ApiClient admin;
  private static TestImages images;

  @BeforeAll
  static void start() throws Exception {
    registry =
        RunningRegistry.start(
            data, Map.of("BREAKWATER_GC_LEASE", "0s", "BREAKWATER_GC_ALLOW_SHORT_LEASE", "true"));
    admin = ApiClient.admin(registry).ofApi();
    images = new TestImages(registry);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void tellsWhyAnArtifactStays() throws Exception {
    Digest child = images.image("library/why", "child", "");
    Digest index = images.index("library/why", List.of(child), "v1");
    Digest report = images.referrer("library/why", index, "application/vnd.example.report");

    assertThat(reasons("why/artifacts/v1")).containsExactly("tag v1");
    assertThat(reasons("why/artifacts/" + child)).containsExactly("index " + index);
    assertThat(reasons("why/artifacts/" + report)).containsExactly("subject " + index);
    Digest untagged = images.image("library/why", "untagged", "");
    assertThat(reasons("why/artifacts/" + untagged)).isEmpty();
    assertThat(admin.get(REPOSITORIES + "why/artifacts/none/reasons").status()).isEqualTo(404);
  }

  @Test
  void tellsThatADeletedArtifactCanBeBroughtBack() throws Exception {
    Digest image = images.image("library/undo", "undo", "v1");
    admin.delete(REPOSITORIES + "undo/artifacts/v1").require(200);

    JsonValue found = admin.get(REPOSITORIES + "undo/artifacts/" + image + "/reasons").json();

    assertThat(found.get("present").bool()).contains(false);
    JsonValue reason = found.get("reasons").elements().getFirst();
    assertThat(reason.get("kind").text()).contains("undo");
    assertThat(reason.get("until").text()).isPresent();
    assertThat(admin.get(REPOSITORIES + "undo/artifacts/v1/reasons").status()).isEqualTo(404);
  }

  @Test
  void tellsWhatRulesSay() throws Exception {
    long project = admin.post("/projects", "{\"project_name\":\"ruled\"}").require(201).id();
    images.image("ruled/app", "old", "v1");
    images.image("ruled/app", "new", "v2");
    admin
        .post(
            "/projects/ruled/immutabletagrules",
            """
            {"tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "v1"}]}
            """)
        .require(201);
    admin.post("/retentions", policy(project, 1)).require(201);

    assertThat(reasonsOf("/projects/ruled/repositories/app/artifacts/v1"))
        .containsExactly("immutable_tag v1");
    assertThat(reasonsOf("/projects/ruled/repositories/app/artifacts/v2"))
        .containsExactly("tag v2", "retention_rule 1");
  }

  private static String policy(long project, int count) {
    return """
    {"algorithm": "or", "scope": {"level": "project", "ref": %d},
     "rules": [{"action": "retain", "template": "latestPushedK", "params": {"latestPushedK": %d},
      "tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "**"}],
      "scope_selectors": {"repository":
        [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]}}]}
    """
        .formatted(project, count);
  }

  @Test
  void tellsWhyABlobStays() throws Exception {
    byte[] layer = "a layer".getBytes(UTF_8);
    Digest image = images.image("library/blob", "a layer", "v1");
    Digest blob = registry.push("library/blob", layer);
    String path = "blob/blobs/" + blob;

    assertThat(reasons(path)).containsExactly("manifest " + image);
    images.image("library/other-one", "a layer", "v1");
    assertThat(reasons(path)).containsExactly("manifest " + image, "other_repositories 1");
    admin.delete(REPOSITORIES + "blob/artifacts/v1").require(200);
    assertThat(reasons(path)).containsExactly("undo " + image, "other_repositories 1");
    assertThat(
            admin.get(REPOSITORIES + "blob/blobs/sha256:" + "0".repeat(64) + "/reasons").status())
        .isEqualTo(404);
    assertThat(admin.get(REPOSITORIES + "blob/blobs/x/reasons").status()).isEqualTo(400);
  }

  @Test
  void addsUpWhatGarbageCollectionWouldFree() throws Exception {
    JsonValue before = admin.get("/system/gc/preview?purge_deleted=true").require(200).json();
    byte[] orphan = "never named by anything".getBytes(UTF_8);
    registry.push("library/garbage", orphan);
    images.image("library/garbage", "deleted layer", "v1");
    admin.delete(REPOSITORIES + "garbage/artifacts/v1").require(200);

    JsonValue usual = admin.get("/system/gc/preview").require(200).json();
    JsonValue all = admin.get("/system/gc/preview?purge_deleted=true").require(200).json();

    assertThat(number(all, "blobs") - number(before, "blobs")).isEqualTo(3);
    assertThat(number(all, "bytes") - number(before, "bytes"))
        .isGreaterThan(orphan.length + "deleted layer".length());
    assertThat(number(usual, "blobs")).isLessThan(number(all, "blobs"));
    assertThat(all.get("complete").bool()).contains(true);
    assertThat(admin.get("/system/gc/preview?purge_deleted=soon").status()).isEqualTo(422);
  }

  private static long number(JsonValue json, String member) {
    return json.get(member).wholeNumber().orElseThrow();
  }

  private static List<String> reasons(String path) {
    return reasonsOf(REPOSITORIES + path);
  }

  private static List<String> reasonsOf(String path) {
    return admin.get(path + "/reasons").require(200).json().get("reasons").elements().stream()
        .map(reason ->
            reason.get("kind").text().orElseThrow() + " " + reason.get("name").text().orElseThrow())
        .toList();
  }
}
