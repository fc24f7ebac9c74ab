package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ImmutableRuleApiTest {
  private static final String RULE =
      """
      {"action": "immutable", "template": "immutable_template", "disabled": %s, "params": {},
       "tag_selectors": [{"kind": "doublestar", "decoration": "%s", "pattern": "%s"}],
       "scope_selectors": {"repository":
        [{"kind": "doublestar", "decoration": "%s", "pattern": "%s"}]}}
      """;

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static ApiClient alice;
  private static TestImages images;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    images = new TestImages(registry);
    admin = ApiClient.admin(registry).ofApi();
    alice = admin.newUser("alice");
  }

  @Test
  void protectsTagsOnEveryWay() throws Exception {
    create(alice, "fixed");
    String rules = "/projects/fixed/immutabletagrules";
    ApiAnswer added = alice.post(rules, rule("matches", "v[0-9]*", "repoMatches", "app/**"));
    assertThat(added.status()).as(added.body()).isEqualTo(201);
    images.image("fixed/app/web", "first", "v1");
    images.image("fixed/app/web", "first", "edge");
    images.image("fixed/tool", "first", "v1");

    images.image("fixed/app/web", "second", "edge");
    HttpResponse<byte[]> refused =
        registry.send(
            "PUT",
            "/v2/fixed/app/web/manifests/v1",
            manifest("fixed/app/web", "edge"),
            "Content-Type",
            TestImages.MANIFEST);
    assertThat(refused.statusCode()).isEqualTo(412);
    assertThat(new String(refused.body(), UTF_8)).contains("immutable");
    images.image("fixed/tool", "second", "v1");
    images.image("fixed/app/web", "second", "v2");

    String artifacts = "/projects/fixed/repositories/app%252Fweb/artifacts/";
    assertThat(alice.delete(artifacts + "v1/tags/v1").code()).isEqualTo("PRECONDITION");
    assertThat(alice.delete(artifacts + "v1").status()).isEqualTo(412);
    assertThat(alice.delete("/projects/fixed/repositories/app%252Fweb").status()).isEqualTo(412);
    assertThat(alice.delete(artifacts + "edge/tags/edge").status()).isEqualTo(200);
    ApiAnswer tags = alice.get(artifacts + "v1/tags?with_immutable_status=true");
    assertThat(tags.json().elements().getFirst().get("immutable").bool()).contains(true);

    String one = added.header("Location").replace("/api/v2.0", "");
    assertThat(
            alice
                .put(one, RULE.formatted("true", "matches", "v[0-9]*", "repoMatches", "app/**"))
                .status())
        .isEqualTo(200);
    assertThat(alice.get(rules).json().elements().getFirst().get("disabled").bool()).contains(true);
    images.image("fixed/app/web", "third", "v1");
    assertThat(alice.delete(one).status()).isEqualTo(200);
    assertThat(alice.delete(one).status()).isEqualTo(404);
    assertThat(alice.delete(artifacts + "v1").status()).isEqualTo(200);
  }

  @Test
  void protectsWhatIsNotExcluded() throws Exception {
    create(alice, "excluding");
    String rules = "/projects/excluding/immutabletagrules";
    assertThat(
            alice.post(rules, rule("excludes", "{edge,dev-*}", "repoExcludes", "tmp/**")).status())
        .isEqualTo(201);
    images.image("excluding/app", "a", "dev-1");
    images.image("excluding/app", "b", "dev-1");
    images.image("excluding/tmp/app", "a", "v1");
    images.image("excluding/tmp/app", "b", "v1");
    images.image("excluding/app", "a", "v1");

    HttpResponse<byte[]> refused =
        registry.send(
            "PUT",
            "/v2/excluding/app/manifests/v1",
            manifest("excluding/app", "dev-1"),
            "Content-Type",
            TestImages.MANIFEST);

    assertThat(refused.statusCode()).isEqualTo(412);
  }

  @Test
  void showsRulesInHarborsShape() throws Exception {
    create(alice, "shown");
    alice.post("/projects/shown/immutabletagrules", rule("excludes", "x", "repoExcludes", "y"));

    ApiAnswer listed = alice.get("/projects/shown/immutabletagrules");

    assertThat(listed.header("X-Total-Count")).isEqualTo("1");
    assertThat(listed.texts("action")).containsExactly("immutable");
    assertThat(listed.texts("template")).containsExactly("immutable_template");
    assertThat(listed.body())
        .contains("\"decoration\":\"excludes\",\"pattern\":\"x\"")
        .contains("\"decoration\":\"repoExcludes\",\"pattern\":\"y\"");
  }

  @Test
  void takesFifteenRulesAndEachOnce() throws Exception {
    create(alice, "many");
    String rules = "/projects/many/immutabletagrules";
    for (int i = 0; i < 15; i++) {
      assertThat(alice.post(rules, rule("matches", "v" + i, "repoMatches", "**")).status())
          .isEqualTo(201);
      if (i == 0) {
        assertThat(alice.post(rules, rule("matches", "v0", "repoMatches", "**")).code())
            .isEqualTo("CONFLICT");
      }
    }
    ApiAnswer refused = alice.post(rules, rule("matches", "more", "repoMatches", "**"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).contains("15");
  }

  @Test
  void refusesWhatIsNoRule() throws Exception {
    create(alice, "strict");
    String rules = "/projects/strict/immutabletagrules";
    for (String body :
        List.of(
            "{}",
            "[]",
            "{\"tag_selectors\":{}}",
            "{\"tag_selectors\":[]}",
            "{\"tag_selectors\":[1]}",
            "{\"tag_selectors\":[{\"kind\":\"regex\",\"pattern\":\"x\"}]}",
            rule("repoMatches", "x", "repoMatches", "x"),
            rule("matches", "x", "matches", "x"),
            rule("matches", "[", "repoMatches", "x"),
            rule("matches", "x", "repoMatches", "{a"),
            rule("matches", "x", "repoMatches", "x".repeat(600)),
            rule("matches", "x", "repoMatches", "x").replace("\"repository\"", "\"project\""),
            rule("matches", "x", "repoMatches", "x").replace("\"immutable\"", "\"retain\""))) {
      assertThat(alice.post(rules, body).status()).as(body).isEqualTo(400);
    }
    assertThat(alice.put(rules + "/1", rule("matches", "x", "repoMatches", "x")).status())
        .isEqualTo(404);
    assertThat(alice.put(rules + "/x", "{}").status()).isEqualTo(422);
    assertThat(alice.get("/projects/none-such/immutabletagrules").status()).isEqualTo(404);
    ApiClient mallory = admin.newUser("mallory");
    assertThat(mallory.get(rules).status()).isEqualTo(403);
    assertThat(mallory.post(rules, rule("matches", "x", "repoMatches", "x")).status())
        .isEqualTo(403);
    assertThat(ApiClient.anonymous(registry).ofApi().get(rules).status()).isEqualTo(401);
  }

  @Test
  void reachesNoRuleOfAnotherProject() throws Exception {
    create(alice, "hers");
    create(alice, "his");
    String rule =
        alice
            .post("/projects/hers/immutabletagrules", rule("matches", "x", "repoMatches", "x"))
            .header("Location");
    String id = rule.substring(rule.lastIndexOf('/') + 1);

    assertThat(alice.delete("/projects/his/immutabletagrules/" + id).status()).isEqualTo(404);
    assertThat(
            alice
                .put(
                    "/projects/his/immutabletagrules/" + id,
                    rule("matches", "z", "repoMatches", "x"))
                .status())
        .isEqualTo(404);
  }

  private static byte[] manifest(String repository, String tag) throws Exception {
    return registry
        .send(
            "GET",
            "/v2/" + repository + "/manifests/" + tag,
            new byte[0],
            "Accept",
            TestImages.MANIFEST)
        .body();
  }

  private static String rule(
      String tags, String tagPattern, String repositories, String repositoryPattern) {
    return RULE.formatted("false", tags, tagPattern, repositories, repositoryPattern);
  }

  private static void create(ApiClient client, String name) throws Exception {
    ApiAnswer answer = client.post("/projects", "{\"project_name\":\"" + name + "\"}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
  }
}
