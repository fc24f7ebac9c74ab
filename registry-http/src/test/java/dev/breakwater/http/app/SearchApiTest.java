package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.icon.Icons;
import dev.breakwater.core.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Search, statistics, icons and the allowlist of the system. */
class SearchApiTest {
  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static ApiClient alice;
  private static ApiClient stranger;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    admin = ApiClient.admin(registry).ofApi();
    alice = admin.newUser("alice");
    stranger = admin.newUser("stranger");
    alice.post("/projects", "{\"project_name\":\"harbour-hidden\"}");
    alice.post(
        "/projects", "{\"project_name\":\"harbour-open\",\"metadata\":{\"public\":\"true\"}}");
    TestImages images = new TestImages(registry);
    images.image("harbour-hidden/web", "a", "v1");
    images.image("harbour-hidden/web", "b", "v2");
    images.image("harbour-open/web", "a", "v1");
    images.image("library/harbour", "a", "v1");
  }

  @Test
  void findsWhatTheCallerMaySee() throws Exception {
    assertThat(projects(search(alice, "HARBOUR")))
        .containsExactly("harbour-hidden", "harbour-open");
    assertThat(repositories(search(alice, "HARBOUR")))
        .containsExactly("harbour-hidden/web", "harbour-open/web", "library/harbour");
    for (ApiClient other : List.of(stranger, ApiClient.anonymous(registry).ofApi())) {
      assertThat(projects(search(other, "harbour"))).containsExactly("harbour-open");
      assertThat(repositories(search(other, "harbour")))
          .containsExactly("harbour-open/web", "library/harbour");
    }
    assertThat(repositories(search(admin, "hidden"))).containsExactly("harbour-hidden/web");
    assertThat(repositories(search(admin, "%25"))).isEmpty();
    assertThat(projects(search(admin, ""))).contains("library");
  }

  @Test
  void countsArtifactsOfWhatItFinds() throws Exception {
    JsonValue found = search(alice, "hidden/w").get("repository").elements().getFirst();

    assertThat(found.get("artifact_count").wholeNumber()).hasValue(2);
    assertThat(found.get("project_name").text()).contains("harbour-hidden");
    assertThat(found.get("project_public").bool()).contains(false);
  }

  @Test
  void letsRobotsFindWhatTheyMayList() throws Exception {
    ApiAnswer created =
        alice.post(
            "/robots",
            """
            {"name":"finder","level":"project","duration":-1,"permissions":[{"kind":"project",
             "namespace":"harbour-hidden","access":[{"resource":"repository","action":"list"}]}]}
            """);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    ApiClient robot =
        alice.as(
            created.json().get("name").text().orElseThrow(),
            created.json().get("secret").text().orElseThrow());

    assertThat(repositories(search(robot, "hidden"))).containsExactly("harbour-hidden/web");
    assertThat(projects(search(robot, "hidden"))).isEmpty();
  }

  @Test
  void refusesWhatNoNameContains() throws Exception {
    assertThat(admin.get("/search?q=%00").status()).isEqualTo(400);
    assertThat(admin.get("/search?q=" + "a".repeat(300)).status()).isEqualTo(400);
    assertThat(admin.get("/search?q=%27%20OR%201=1--").status()).isEqualTo(200);
  }

  @Test
  void countsForEachWhatTheyMayKnow() throws Exception {
    JsonValue all = admin.get("/statistics").json();
    assertThat(number(all, "private_project_count")).isEqualTo(1);
    assertThat(number(all, "private_repo_count")).isEqualTo(1);
    assertThat(number(all, "public_project_count")).isEqualTo(2);
    assertThat(number(all, "public_repo_count")).isEqualTo(2);
    assertThat(number(all, "total_project_count")).isEqualTo(3);
    assertThat(number(all, "total_repo_count")).isEqualTo(3);
    assertThat(number(all, "total_storage_consumption")).isPositive();

    JsonValue own = alice.get("/statistics").json();
    assertThat(number(own, "private_project_count")).isEqualTo(1);
    assertThat(number(own, "total_storage_consumption")).isZero();
    JsonValue others = stranger.get("/statistics").json();
    assertThat(number(others, "private_project_count")).isZero();
    assertThat(number(others, "private_repo_count")).isZero();
    assertThat(number(others, "public_project_count")).isEqualTo(2);
    assertThat(ApiClient.anonymous(registry).ofApi().get("/statistics").status()).isEqualTo(401);
  }

  @Test
  void showsAnIconForEachTypeOfArtifact() throws Exception {
    ApiClient nobody = ApiClient.anonymous(registry).ofApi();
    for (String type : List.of("IMAGE", "CHART", "CNAB", "WASM", "SBOM", "CNAI", "ELSE")) {
      ApiAnswer icon = nobody.get("/icons/" + Icons.of(type));
      assertThat(icon.json().get("content-type").text()).contains("image/svg+xml");
      byte[] bytes = Base64.getDecoder().decode(icon.json().get("content").text().orElseThrow());
      assertThat(new String(bytes, StandardCharsets.UTF_8)).startsWith("<svg");
    }
    assertThat(Icons.of("IMAGE")).isNotEqualTo(Icons.of("CHART"));
    assertThat(nobody.get("/icons/sha256:" + "0".repeat(64)).status()).isEqualTo(404);
    assertThat(nobody.get("/icons/none").status()).isEqualTo(400);
  }

  @Test
  void keepsTheAllowlistOfTheSystem() throws Exception {
    String path = "/system/CVEAllowlist";
    assertThat(alice.get(path).status()).isEqualTo(200);

    ApiAnswer written =
        admin.put(
            path,
            "{\"expires_at\":1893456000,\"items\":[{\"cve_id\":\"CVE-2019-10164\"},"
                + "{\"cve_id\":\"CVE-2019-10164\"},{\"cve_id\":\"GHSA-7jr6-prv4-5wf5\"}]}");

    assertThat(written.status()).as(written.body()).isEqualTo(200);
    JsonValue read = alice.get(path).json();
    assertThat(read.get("items").toString())
        .isEqualTo("[{\"cve_id\":\"CVE-2019-10164\"},{\"cve_id\":\"GHSA-7jr6-prv4-5wf5\"}]");
    assertThat(read.get("expires_at").wholeNumber()).hasValue(1893456000L);
    assertThat(admin.put(path, "{\"items\":[]}").status()).isEqualTo(200);
    assertThat(alice.get(path).json().get("expires_at").isAbsent()).isTrue();
    assertThat(alice.put(path, "{\"items\":[]}").status()).isEqualTo(403);
    assertThat(ApiClient.anonymous(registry).ofApi().get(path).status()).isEqualTo(401);
    for (String body :
        List.of(
            "[]",
            "{\"items\":{}}",
            "{\"items\":[1]}",
            "{\"items\":[{\"cve_id\":\"\"}]}",
            "{\"items\":[{\"cve_id\":\"a b\"}]}",
            "{\"expires_at\":-5}",
            "{\"expires_at\":9223372036854775807}",
            "{\"expires_at\":\"soon\"}")) {
      assertThat(admin.put(path, body).status()).as(body).isEqualTo(400);
    }
  }

  private static JsonValue search(ApiClient caller, String part) throws Exception {
    ApiAnswer answer = caller.get("/search?q=" + part);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static List<String> projects(JsonValue found) {
    return texts(found.get("project"), "name");
  }

  private static List<String> repositories(JsonValue found) {
    return texts(found.get("repository"), "repository_name");
  }

  private static List<String> texts(JsonValue list, String member) {
    return list.elements().stream().map(each -> each.get(member).text().orElseThrow()).toList();
  }

  private static long number(JsonValue json, String member) {
    return json.get(member).wholeNumber().orElseThrow();
  }
}
