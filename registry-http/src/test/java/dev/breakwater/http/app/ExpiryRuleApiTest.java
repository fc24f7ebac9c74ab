package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ExpiryRuleApiTest {
  private static final String RULE =
      """
      {"expires_after": "%s", "tag_selectors":
        [{"kind": "doublestar", "decoration": "matches", "pattern": "%s"}]}
      """;

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  @Test
  void keepsRulesOfAProject() {
    ApiClient admin = project("rules");
    String rules = "/projects/rules/expiry-rules";

    ApiAnswer created = admin.post(rules, RULE.formatted("14d", "pr-*")).require(201);
    String one = rules + "/" + created.id();

    JsonValue found = admin.get(one).require(200).json();
    assertThat(found.get("expires_after").text()).contains("14d");
    assertThat(found.get("disabled").bool()).contains(false);
    assertThat(found.get("tag_selectors").elements().getFirst().get("pattern").text().orElseThrow())
        .isEqualTo("pr-*");
    assertThat(admin.post(rules, RULE.formatted("2h", "pr-*")).status()).isEqualTo(409);
    admin.put(one, RULE.formatted("2h", "pr-*")).require(200);
    assertThat(admin.get(rules).texts("expires_after")).containsExactly("2h");
    admin.delete(one).require(200);
    assertThat(admin.get(one).status()).isEqualTo(404);
    assertThat(admin.put(one, RULE.formatted("2h", "pr-*")).status()).isEqualTo(404);
    assertThat(admin.get("/projects/rules/logs?page_size=100").texts("operation"))
        .contains("create", "update", "delete");
  }

  @Test
  void refusesWhatIsNoRule() {
    ApiClient admin = project("strict");
    for (String body :
        List.of(
            "{}",
            "[]",
            RULE.formatted("soon", "**"),
            RULE.formatted("0d", "**"),
            RULE.formatted("14", "**"),
            RULE.formatted("999999999w", "**"),
            RULE.formatted("14d", "["),
            RULE.formatted("14d", "**").replace("\"14d\"", "14"))) {
      assertThat(admin.post("/projects/strict/expiry-rules", body).status())
          .as(body)
          .isEqualTo(400);
    }
    for (int i = 0; i < 15; i++) {
      admin.post("/projects/strict/expiry-rules", RULE.formatted("1d", "x" + i)).require(201);
    }
    assertThat(
            admin.post("/projects/strict/expiry-rules", RULE.formatted("1d", "one more")).status())
        .isEqualTo(400);
  }

  @Test
  void endsWhatTheTagsSayAndNothingElse() throws Exception {
    ApiClient admin = project("ends");
    TestImages images = new TestImages(REGISTRY.running());
    admin.post("/projects/ends/expiry-rules", RULE.formatted("1s", "pr-*")).require(201);
    Digest gone = images.image("ends/app", "gone", "pr-1");
    Digest report = images.referrer("ends/app", gone, "application/vnd.example.report");
    images.image("ends/app", "kept", "v1");
    Digest both = images.image("ends/app", "both", "pr-2");
    String artifacts = "/projects/ends/repositories/app/artifacts/";
    admin.post(artifacts + "pr-2/tags", "{\"name\":\"stable\"}").require(201);

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> admin.get(artifacts + "pr-1").status() == 404);

    assertThat(admin.get(artifacts + report).status()).isEqualTo(404);
    assertThat(admin.get(artifacts + "v1").status()).isEqualTo(200);
    assertThat(admin.get(artifacts + both).status()).as("it is stable, too").isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> admin.get(artifacts + "pr-2/reasons").json().get("expires_at").isAbsent());
  }

  @Test
  void appliesToWhatIsCopiedAndTaggedLaterByAPush() throws Exception {
    ApiClient admin = project("later");
    TestImages images = new TestImages(REGISTRY.running());
    admin.post("/projects/later/expiry-rules", RULE.formatted("14d", "pr-*")).require(201);
    images.image("library/source", "copied", "pr-1");
    String artifacts = "/projects/later/repositories/app/artifacts";
    admin.post(artifacts + "?from=library/source:pr-1", "").require(201);
    Digest pushed = images.image("later/app", "pushed", "");

    assertThat(expires(admin, artifacts + "/pr-1")).isTrue();
    assertThat(expires(admin, artifacts + "/" + pushed)).isFalse();

    byte[] manifest =
        REGISTRY.running().send("GET", "/v2/later/app/manifests/" + pushed, new byte[0]).body();
    images.put("later/app", new String(manifest, UTF_8), "pr-2");
    assertThat(expires(admin, artifacts + "/pr-2")).isTrue();
  }

  private static boolean expires(ApiClient admin, String artifact) {
    return !admin.get(artifact + "/reasons").require(200).json().get("expires_at").isAbsent();
  }

  private static ApiClient project(String name) {
    ApiClient admin = REGISTRY.admin().ofApi();
    admin.post("/projects", "{\"project_name\":\"" + name + "\"}").require(201);
    return admin;
  }
}
