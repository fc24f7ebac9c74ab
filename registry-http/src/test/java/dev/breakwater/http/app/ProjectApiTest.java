package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.JsonValue;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectApiTest {
  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static ApiClient anonymous;
  private static ApiClient alice;
  private static ApiClient bob;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    admin = ApiClient.admin(registry).ofApi();
    anonymous = ApiClient.anonymous(registry).ofApi();
    alice = admin.newUser("alice");
    bob = admin.newUser("bob");
  }

  @Test
  void acceptsASlashAtTheEndOfAPath() {
    assertThat(admin.get("/projects/?page=1&page_size=1").require(200).json().elements())
        .hasSize(1);
    assertThat(admin.get("/quotas/?page=1").status()).isEqualTo(200);
  }

  @Test
  void letsWhoeverIsLoggedInCreateAProjectAndAdministerIt() throws Exception {
    ApiAnswer created =
        alice
            .with("X-Resource-Name-In-Location", "true")
            .post(
                "/projects",
                """
                {"project_name":"alices","metadata":{"public":"false","auto_scan":"1",
                 "severity":"HIGH","proxy_speed_kb":"9"},"storage_limit":5}
                """);

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("Location")).isEqualTo("/api/v2.0/projects/alices");
    JsonValue project = alice.get("/projects/alices").json();
    assertThat(project.get("owner_name").text()).contains("alice");
    assertThat(project.get("current_user_role_id").wholeNumber()).hasValue(1);
    assertThat(project.get("metadata").members().keySet())
        .containsExactly("public", "severity", "auto_scan");
    assertThat(project.get("metadata").get("severity").text()).contains("high");
    assertThat(project.get("metadata").get("auto_scan").text()).contains("true");
    assertThat(bob.get("/projects/alices").status()).isEqualTo(403);
    assertThat(anonymous.get("/projects/alices").status()).isEqualTo(401);
    assertThat(anonymous.post("/projects", "{\"project_name\":\"x\"}").status()).isEqualTo(401);
    assertThat(
            alice
                .get("/projects/alices/summary")
                .json()
                .get("quota")
                .get("hard")
                .get("storage")
                .wholeNumber())
        .as("only administrators set limits")
        .hasValue(-1);
    assertThat(alice.delete("/projects/alices").status()).isEqualTo(200);
    assertThat(alice.get("/projects/alices").status()).isEqualTo(404);
  }

  @Test
  void keepsAnAllowlistOfTheProjectsOwn() throws Exception {
    create(
        alice,
        "allowing",
        "\"cve_allowlist\":{\"items\":[{\"cve_id\":\"CVE-2019-1\"},{\"cve_id\":\"CVE-2019-1\"}]},");
    assertThat(cves("allowing")).containsExactly("CVE-2019-1");

    alice
        .put(
            "/projects/allowing",
            """
            {"metadata": {"reuse_sys_cve_allowlist": "false"},
             "cve_allowlist": {"expires_at": 1893456000, "items": [{"cve_id": "CVE-2026-2"}]}}
            """)
        .require(200);
    alice.put("/projects/allowing", "{\"metadata\":{\"public\":\"true\"}}").require(200);

    assertThat(cves("allowing")).containsExactly("CVE-2026-2");
    JsonValue project = alice.get("/projects/allowing").json();
    assertThat(project.get("cve_allowlist").get("expires_at").wholeNumber()).hasValue(1893456000);
    assertThat(project.get("cve_allowlist").get("project_id").wholeNumber())
        .isEqualTo(project.get("project_id").wholeNumber());
    assertThat(project.get("metadata").get("reuse_sys_cve_allowlist").text()).contains("false");
    assertThat(
            alice.get("/projects?name=allowing").json().elements().getFirst().get("cve_allowlist"))
        .hasToString(project.get("cve_allowlist").toString());
    for (String bad :
        List.of("[]", "{\"items\":5}", "{\"items\":[{\"cve_id\":\"a b\"}]}", "{\"items\":[7]}")) {
      assertThat(
              alice
                  .put(
                      "/projects/allowing",
                      "{\"metadata\":{\"public\":\"false\"},\"cve_allowlist\":" + bad + "}")
                  .status())
          .as(bad)
          .isEqualTo(400);
    }
    assertThat(alice.get("/projects/allowing").json().get("metadata").get("public").text())
        .as("nothing of it was done")
        .contains("true");
    assertThat(bob.put("/projects/allowing", "{\"cve_allowlist\":{\"items\":[]}}").status())
        .isEqualTo(403);
  }

  private static List<String> cves(String project) throws Exception {
    return alice
        .get("/projects/" + project)
        .json()
        .get("cve_allowlist")
        .get("items")
        .elements()
        .stream()
        .map(item -> item.get("cve_id").text().orElseThrow())
        .toList();
  }

  @Test
  void lockUpAndOpenAProjectAtOnce() throws Exception {
    create(alice, "switched", "");

    assertThat(anonymous.get("/projects/switched").status()).isEqualTo(401);
    assertThat(alice.put("/projects/switched", "{\"metadata\":{\"public\":\"true\"}}").status())
        .isEqualTo(200);
    assertThat(anonymous.get("/projects/switched").status()).isEqualTo(200);
    assertThat(bob.put("/projects/switched", "{\"metadata\":{\"public\":\"false\"}}").status())
        .isEqualTo(403);
    assertThat(alice.put("/projects/switched/metadatas/public", "{\"public\":\"false\"}").status())
        .isEqualTo(200);
    assertThat(anonymous.get("/projects/switched").status()).isEqualTo(401);
  }

  @Test
  void listsWhatTheCallerMaySee() throws Exception {
    create(alice, "list-private", "");
    create(alice, "list-public", "\"metadata\":{\"public\":\"true\"},");
    create(bob, "list-bob", "");

    assertThat(alice.get("/projects?name=list-").texts("name"))
        .containsExactly("list-private", "list-public");
    assertThat(bob.get("/projects?name=LIST-").texts("name"))
        .containsExactly("list-bob", "list-public");
    assertThat(anonymous.get("/projects?name=list-").texts("name")).containsExactly("list-public");
    assertThat(admin.get("/projects?name=list-&sort=-name").texts("name"))
        .containsExactly("list-public", "list-private", "list-bob");
    assertThat(admin.get("/projects?q=name%3D~list-%2Cpublic%3Dfalse").texts("name"))
        .containsExactly("list-bob", "list-private");
    assertThat(admin.get("/projects?q=name%253D~list-b").texts("name")).containsExactly("list-bob");
    assertThat(admin.get("/projects?owner=bob").texts("name")).contains("list-bob");
    assertThat(admin.get("/projects?owner=nobody").texts("name")).isEmpty();
    ApiAnswer page = admin.get("/projects?name=list-&page_size=2&page=1&with_detail=false");
    assertThat(page.header("X-Total-Count")).isEqualTo("3");
    assertThat(page.header("Link")).contains("rel=\"next\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name='%20OR%20'1'='1",
        "name=%25",
        "name=x'%3B%20DROP%20TABLE%20project%3B--",
        "owner='%20OR%201=1--",
        "q=name%3D'%20OR%20'1'%3D'1",
        "q=name%3D~%25",
        "q=1%3D1",
        "q=name)%20OR%20(1%3D1",
        "name=%00",
        "name=%ED%A0%80",
        "owner=%00"
      })
  void takesSqlForWhatItIs(String query) throws Exception {
    ApiAnswer answer = anonymous.get("/projects?" + query + "&q=");

    assertThat(answer.status()).isIn(200, 400);
    ApiAnswer hidden = anonymous.get("/projects?" + query + "&page_size=100");
    if (hidden.status() == 200) {
      assertThat(hidden.texts("name")).allMatch(name -> !name.contains("private"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "q=password%3D~a       | 400",
        "q=salt%3Dx            | 400",
        "q=owner__secret%3Dx   | 400",
        "sort=-password_hash   | 400",
        "sort=name%20DESC      | 400",
        "sort=(select%201)     | 400",
        "sort=unheard_of       | 200",
        "q=unheard_of%3D1      | 200",
        "q=name                | 400",
        "q=project_id%3Done    | 400",
        "q=project_id%3D%5B~%5D | 400",
        "q=creation_time%3D%5B2026-13-01~%5D | 400",
        "page=0                | 422",
        "page=-1               | 422",
        "page=2147483648       | 422",
        "page=9223372036854775808 | 422",
        "page=one              | 422",
        "page_size=101         | 422",
        "page_size=-1          | 422",
        "page=10000000&page_size=100 | 200",
        "public=maybe          | 422",
        "with_detail=maybe     | 422"
      })
  void answersOddParametersAsHarborDoes(String query, int status) throws Exception {
    assertThat(admin.get("/projects?" + query.strip()).status()).isEqualTo(status);
  }

  @Test
  void setsMetadataItemByItem() throws Exception {
    create(alice, "meta", "");
    String all = "/projects/meta/metadatas/";

    assertThat(alice.post(all, "{\"prevent_vul\":\"TRUE\"}").status()).isEqualTo(200);
    assertThat(alice.post("/projects/meta/metadatas", "{\"prevent_vul\":\"true\"}").status())
        .isEqualTo(409);
    assertThat(alice.get(all).body()).isEqualTo("{\"public\":\"false\",\"prevent_vul\":\"true\"}");
    assertThat(alice.get(all + "prevent_vul").body()).isEqualTo("{\"prevent_vul\":\"true\"}");
    assertThat(alice.put(all + "prevent_vul", "{\"prevent_vul\":\"0\"}").status()).isEqualTo(200);
    assertThat(alice.put(all + "severity", "{\"severity\":\"low\"}").status()).isEqualTo(404);
    assertThat(alice.put(all + "severity", "{\"auto_scan\":\"true\"}").status()).isEqualTo(400);
    assertThat(alice.get(all + "unheard_of").status()).isEqualTo(404);
    assertThat(alice.delete(all + "prevent_vul").status()).isEqualTo(200);
    assertThat(alice.delete(all + "prevent_vul").status()).isEqualTo(404);
    for (String body :
        List.of(
            "{}",
            "{\"auto_scan\":\"true\",\"severity\":\"low\"}",
            "{\"auto_scan\":true}",
            "{\"auto_scan\":null}",
            "{\"unheard_of\":\"1\"}",
            "{\"retention_id\":\"1\"}",
            "{\"severity\":\"worse\"}",
            "[]")) {
      assertThat(alice.post(all, body).status()).as(body).isEqualTo(400);
    }
    for (ApiClient stranger : List.of(bob, anonymous)) {
      assertThat(stranger.get(all).status()).isIn(401, 403);
      assertThat(stranger.post(all, "{\"auto_scan\":\"true\"}").status()).isIn(401, 403);
      assertThat(stranger.put(all + "public", "{\"public\":\"true\"}").status()).isIn(401, 403);
      assertThat(stranger.delete(all + "public").status()).isIn(401, 403);
    }
  }

  @Test
  void deletesOnlyWhatIsEmpty() throws Exception {
    create(admin, "full", "");
    image("full/app");

    ApiAnswer deletable = admin.get("/projects/full/_deletable");
    assertThat(deletable.json().get("deletable").bool()).contains(false);
    assertThat(deletable.json().get("message").text()).isPresent();
    assertThat(admin.delete("/projects/full").code()).isEqualTo("PRECONDITION");
    assertThat(bob.get("/projects/full/_deletable").status()).isEqualTo(403);
    create(admin, "hollow", "");
    assertThat(admin.get("/projects/hollow/_deletable").body()).isEqualTo("{\"deletable\":true}");
  }

  @Test
  void summarisesAsFarAsTheCallerMaySee() throws Exception {
    create(admin, "summed", "\"metadata\":{\"public\":\"true\"},\"storage_limit\":1000,");
    image("summed/app");

    JsonValue whole = admin.get("/projects/summed/summary").json();
    assertThat(whole.get("repo_count").wholeNumber()).hasValue(1);
    assertThat(whole.get("project_admin_count").wholeNumber()).hasValue(1);
    assertThat(whole.get("quota").get("hard").get("storage").wholeNumber()).hasValue(1000);
    assertThat(bob.get("/projects/summed/summary").body()).isEqualTo("{\"repo_count\":1}");
  }

  @Test
  void listsArtifactsOfAProject() throws Exception {
    create(admin, "artifacts", "\"metadata\":{\"public\":\"true\"},");
    image("artifacts/app");

    JsonValue artifact =
        anonymous.get("/projects/artifacts/artifacts").json().elements().getFirst();
    assertThat(artifact.get("type").text()).contains("IMAGE");
    assertThat(artifact.get("repository_name").text()).contains("artifacts/app");
    assertThat(artifact.get("tags").elements().getFirst().get("name").text()).contains("v1");
    assertThat(
            anonymous
                .get("/projects/artifacts/artifacts?with_tag=false&latest_in_repository=true")
                .json()
                .elements())
        .hasSize(1);
    assertThat(admin.get("/projects/artifacts/artifacts?q=digest%3Dx").json().size()).isZero();
  }

  @Test
  void tellsNamesFromNumbers() throws Exception {
    create(admin, "4711", "");

    assertThat(admin.get("/projects/4711").status()).isEqualTo(404);
    assertThat(admin.with("X-Is-Resource-Name", "true").get("/projects/4711").status())
        .isEqualTo(200);
    assertThat(admin.get("/projects/1").json().get("name").text()).contains("library");
    assertThat(admin.with("X-Is-Resource-Name", "true").get("/projects/1").status()).isEqualTo(404);
    assertThat(admin.get("/projects/4711/logs").status()).as("a name").isEqualTo(200);
    assertThat(admin.get("/projects/99999999999999999999").status()).isEqualTo(404);
  }

  @Test
  void writesDownWhatWasDone() throws Exception {
    create(alice, "logged", "");
    alice.put("/projects/logged", "{\"metadata\":{\"public\":\"true\"}}");

    ApiAnswer whole = alice.get("/projects/logged/auditlog-exts");
    assertThat(whole.header("X-Total-Count")).isEqualTo("2");
    assertThat(whole.texts("operation")).containsExactly("update", "create");
    assertThat(whole.texts("username")).containsOnly("alice");
    assertThat(alice.get("/projects/logged/logs?sort=op_time").texts("operation"))
        .containsExactly("create", "update");
    assertThat(alice.get("/projects/logged/logs?q=operation%3Dcreate").texts("resource"))
        .containsExactly("logged");
    assertThat(alice.get("/audit-logs?q=resource%3Dlogged").texts("operation")).hasSize(2);
    assertThat(bob.get("/audit-logs?q=resource%3Dlogged").json().size()).isZero();
    assertThat(admin.get("/auditlog-exts?q=resource%3Dlogged").texts("operation")).hasSize(2);
    assertThat(bob.get("/projects/logged/logs").status()).isEqualTo(403);
    assertThat(anonymous.get("/projects/logged/logs").status()).isEqualTo(401);
    assertThat(anonymous.get("/audit-logs").status()).isEqualTo(401);
    assertThat(anonymous.get("/auditlog-exts/events").status()).isEqualTo(401);
    assertThat(bob.get("/auditlog-exts/events").texts("event_type"))
        .contains("create_project", "login_user");
  }

  @Test
  void tellsAdministratorsWhatRobotsCanBeGiven() throws Exception {
    ApiClient nobody = admin.newUser("nobody-in-particular");
    create(alice, "administered", "");

    assertThat(admin.get("/permissions").json().get("system").size()).isEqualTo(70);
    assertThat(admin.get("/permissions").json().get("project").size()).isEqualTo(70);
    assertThat(alice.get("/permissions").json().get("system").size()).isZero();
    assertThat(alice.get("/permissions").json().get("project").size()).isEqualTo(70);
    assertThat(nobody.get("/permissions").status()).isEqualTo(403);
    assertThat(anonymous.get("/permissions").status()).isEqualTo(401);
  }

  @Test
  void tellsOfTheSystem() throws Exception {
    JsonValue volume = admin.get("/systeminfo/volumes").json().get("storage").elements().getFirst();
    assertThat(volume.get("total").wholeNumber().orElseThrow())
        .isGreaterThan(volume.get("free").wholeNumber().orElseThrow());
    assertThat(alice.get("/systeminfo/volumes").status()).isEqualTo(403);
    assertThat(anonymous.get("/systeminfo/volumes").status()).isEqualTo(401);
    assertThat(anonymous.get("/systeminfo/getcert").status()).isEqualTo(404);
    assertThat(anonymous.get("/systeminfo").json().get("harbor_version").isAbsent()).isTrue();
    JsonValue info = alice.get("/systeminfo").json();
    assertThat(info.get("project_creation_restriction").text()).contains("everyone");
    assertThat(info.get("has_ca_root").bool()).contains(false);
    assertThat(anonymous.get("/openapi.yaml").body()).startsWith("# What clients may rely on");
    assertThat(anonymous.get("/health").json().get("status").text()).contains("healthy");
    assertThat(anonymous.get("/ping").body()).isEqualTo("Pong");
  }

  @Test
  void refusesBodiesThatAreTooLarge() throws Exception {
    String large = "{\"project_name\":\"" + "a".repeat(2_000_000) + "\"}";

    assertThat(admin.post("/projects", large).status()).isEqualTo(413);
    assertThat(admin.put("/projects/1", large).code()).isEqualTo("REQUEST_ENTITY_TOO_LARGE");
  }

  private static void create(ApiClient client, String name, String more) throws Exception {
    ApiAnswer answer = client.post("/projects", "{" + more + "\"project_name\":\"" + name + "\"}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
  }

  private static void image(String repository) throws Exception {
    byte[] config = "{}".getBytes(UTF_8);
    String digest = registry.push(repository, config).toString();
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":2},
         "layers":[]}
        """
            .formatted(digest);
    assertThat(
            registry
                .send(
                    "PUT",
                    "/v2/" + repository + "/manifests/v1",
                    manifest.getBytes(UTF_8),
                    "Content-Type",
                    "application/vnd.oci.image.manifest.v1+json")
                .statusCode())
        .isEqualTo(201);
  }
}
