package dev.breakwater.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.http.server.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementApiTest {
  private static final String PROJECTS = "/api/v2.0/projects";
  private static final String JSON = "application/json";

  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answersPingAndVersionWhateverIsPresented() {
    HttpResponse<String> ping = server.get("/api/v2.0/ping", TestServer.basic("admin", "wrong"));

    assertThat(ping.statusCode()).isEqualTo(200);
    assertThat(ping.body()).isEqualTo("Pong");
    assertThat(server.get("/api/version").body()).isEqualTo("{\"version\":\"v2.0\"}");
    assertThat(ping.headers().firstValue("X-Request-Id")).isPresent();
  }

  @Test
  void tellsTheHealthOfTheComponents() {
    JsonValue healthy = json(server.get("/api/v2.0/health"));

    assertThat(healthy.get("status").text()).contains("healthy");
    assertThat(healthy.get("components").elements())
        .extracting(each -> each.get("name").text().orElseThrow())
        .containsExactly("core", "database");
  }

  @Test
  void tellsThatAComponentIsUnhealthyButNotWhy() {
    server.health.put("registry", "/var/lib/blobs: no space left");

    HttpResponse<String> answer = server.get("/api/v2.0/health");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).get("status").text()).contains("unhealthy");
    assertThat(answer.body()).doesNotContain("/var/lib");
  }

  @Test
  void tellsStrangersLittleOfTheSystem() {
    JsonValue anonymous = json(server.get("/api/v2.0/systeminfo"));
    JsonValue known = json(server.get("/api/v2.0/systeminfo", TestServer.as("alice")));

    assertThat(anonymous.members())
        .containsOnlyKeys(
            "auth_mode",
            "primary_auth_mode",
            "self_registration",
            "banner_message",
            "oidc_provider_name");
    assertThat(known.get("registry_url").text()).contains(server.host());
    assertThat(known.get("external_url").text()).contains("http://" + server.host());
    assertThat(known.get("harbor_version").text().orElseThrow()).startsWith("v2.");
    assertThat(known.get("registry_storage_provider_name").text()).contains("filesystem");
  }

  @Test
  void createsAProjectAndTellsWhereItIs() {
    HttpResponse<String> created =
        create("{\"project_name\":\"conformance\",\"metadata\":{\"public\":\"false\"}}");

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.body()).isEmpty();
    String location = created.headers().firstValue("Location").orElseThrow();
    assertThat(location).matches("/api/v2.0/projects/\\d+");
    JsonValue project = json(server.get(location, TestServer.as("admin")));
    assertThat(project.get("name").text()).contains("conformance");
    assertThat(project.get("metadata").get("public").text()).contains("false");
    assertThat(project.get("repo_count").wholeNumber()).hasValue(0);
    assertThat(project.get("owner_name").text()).contains("admin");
    assertThat(project.get("creation_time").text()).contains("2026-01-02T03:04:05.678Z");
    assertThat(project.get("cve_allowlist").get("items").isArray()).isTrue();
    assertThat(project.get("current_user_role_id").wholeNumber()).hasValue(1);
  }

  @Test
  void namesTheProjectInTheLocationIfTheClientWantsThat() {
    HttpResponse<String> created =
        server.post(
            PROJECTS,
            JSON,
            "{\"project_name\":\"1234\",\"public\":true}",
            with(TestServer.as("admin"), "X-Resource-Name-In-Location", "true"));

    assertThat(created.headers().firstValue("Location")).contains(PROJECTS + "/1234");
    assertThat(server.get(PROJECTS + "/1234").statusCode()).isEqualTo(401);
    assertThat(server.get(PROJECTS + "/1234", "X-Is-Resource-Name", "true").statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesANameThatIsTaken() {
    HttpResponse<String> answer = create("{\"project_name\":\"library\"}");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(code(answer)).isEqualTo("CONFLICT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"project_name\":\"Upper\"}",
        "{\"project_name\":\"\"}",
        "{\"project_name\":\"a/b\"}",
        "{\"project_name\":\"..\"}",
        "{\"project_name\":\"a--b\"}",
        "{\"project_name\":7}",
        "{}",
        "[]",
        "",
        "{",
        "{\"project_name\":\"a\",\"project_name\":\"b\"}",
        "{\"project_name\":\"a\",\"metadata\":{\"public\":\"maybe\"}}",
        "{\"project_name\":\"a\",\"metadata\":{\"prevent_vul\":\"perhaps\"}}",
        "{\"project_name\":\"a\",\"metadata\":{\"prevent_vul\":true}}",
        "{\"project_name\":\"a\",\"metadata\":{\"severity\":\"worse\"}}",
        "{\"project_name\":\"a\",\"metadata\":{\"retention_id\":\"1\"}}",
        "{\"project_name\":\"a\",\"metadata\":{\"unheard_of\":\"1\"}}",
        "{\"project_name\":\"a\",\"metadata\":7}",
        "{\"project_name\":\"a\",\"public\":\"yes\"}",
        "{\"project_name\":\"a\",\"cve_allowlist\":{\"items\":[{\"cve_id\":7}]}}",
        "{\"project_name\":\"a\",\"storage_limit\":0}",
        "{\"project_name\":\"a\",\"storage_limit\":-2}",
        "{\"project_name\":\"a\",\"storage_limit\":\"1\"}",
        "{\"project_name\":\"a\",\"registry_id\":1}"
      })
  void refusesARequestThatItCannotFulfil(String body) {
    HttpResponse<String> answer = create(body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(code(answer)).isEqualTo("BAD_REQUEST");
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/json; charset=utf-8");
  }

  /** The first part is what Harbor says, and what its clients look for. */
  @Test
  void tellsWhatIsWrongWithANameAsHarborDoes() {
    assertThat(create("{\"project_name\":\"Upper\"}").body())
        .contains(
            "project name is not in lower case or contains illegal characters: 'Upper' is not a"
                + " project name; expected lower-case letters and digits");
  }

  @Test
  void refusesNamesThatAreTooLongAndBodiesThatAreTooLargeOrTooDeep() {
    String deep = "{\"a\":".repeat(200) + "1" + "}".repeat(200);

    assertThat(create("{\"project_name\":\"" + "a".repeat(255) + "\"}").statusCode())
        .isEqualTo(201);
    assertThat(create("{\"project_name\":\"" + "a".repeat(256) + "\"}").statusCode())
        .isEqualTo(400);
    assertThat(create("{\"project_name\":\"" + "a".repeat(1_100_000) + "\"}").statusCode())
        .isEqualTo(413);
    assertThat(create(deep).statusCode()).isEqualTo(400);
    assertThat(create("{\"x\":\"" + "a".repeat(30_000) + "\"}").statusCode()).isEqualTo(400);
    assertThat(server.post(PROJECTS, "text/plain", "{}", TestServer.as("admin")).statusCode())
        .isEqualTo(415);
  }

  @ParameterizedTest
  @CsvSource({"'',401,UNAUTHORIZED", "alice,403,FORBIDDEN"})
  void letsOnlyAdministratorsChangeProjects(String user, int status, String code) {
    String[] headers = user.isEmpty() ? new String[0] : TestServer.as(user);

    HttpResponse<String> post = server.post(PROJECTS, JSON, "{\"project_name\":\"mine\"}", headers);
    HttpResponse<String> delete = server.send("DELETE", PROJECTS + "/library", headers);

    assertThat(post.statusCode()).isEqualTo(status);
    assertThat(code(post)).isEqualTo(code);
    assertThat(delete.statusCode()).isEqualTo(status);
    assertThat(server.get(PROJECTS + "/library").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesWrongPasswordsAndTokensOfTheRegistry() {
    HttpResponse<String> wrong = server.get(PROJECTS, TestServer.basic("admin", "wrong"));
    String token =
        json(server.get("/service/token", TestServer.as("admin")))
            .get("token")
            .text()
            .orElseThrow();

    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(code(wrong)).isEqualTo("UNAUTHORIZED");
    assertThat(server.get(PROJECTS, "Authorization", "Bearer " + token).statusCode())
        .isEqualTo(401);
  }

  @Test
  void hidesPrivateProjectsFromThoseWhoMayNotSeeThem() {
    create("{\"project_name\":\"secret\"}");

    assertThat(server.get(PROJECTS + "/secret").statusCode()).isEqualTo(401);
    assertThat(server.get(PROJECTS + "/missing").statusCode()).isEqualTo(401);
    assertThat(server.get(PROJECTS + "/secret", TestServer.as("alice")).statusCode())
        .isEqualTo(403);
    assertThat(server.get(PROJECTS + "/missing", TestServer.as("alice")).statusCode())
        .isEqualTo(404);
    assertThat(server.get(PROJECTS + "/2").statusCode()).isEqualTo(401);
    assertThat(server.get(PROJECTS + "/2").body())
        .isEqualTo(server.get(PROJECTS + "/3").body().replace('3', '2'))
        .doesNotContain("secret");
    assertThat(server.get(PROJECTS + "/2", TestServer.as("alice")).body())
        .contains("alice may not see the project '2'")
        .doesNotContain("secret");
    assertThat(server.get(PROJECTS + "/secret").body())
        .isEqualTo(server.get(PROJECTS + "/missing").body().replace("missing", "secret"));
    assertThat(names(server.get(PROJECTS))).containsExactly("library");
    assertThat(names(server.get(PROJECTS + "?public=false"))).isEmpty();
    assertThat(names(server.get(PROJECTS, TestServer.as("admin"))))
        .containsExactly("library", "secret");
    assertThat(names(server.get(PROJECTS + "?public=false", TestServer.as("admin"))))
        .containsExactly("secret");
  }

  @Test
  void tellsByHeadWhetherThereIsAProject() {
    create("{\"project_name\":\"secret\"}");

    assertThat(head("library")).isEqualTo(200);
    assertThat(head("missing")).isEqualTo(404);
    assertThat(head("secret")).isEqualTo(404);
    assertThat(head("secret", TestServer.as("admin"))).isEqualTo(200);
    assertThat(server.send("HEAD", PROJECTS).statusCode()).isEqualTo(400);
    assertThat(server.send("HEAD", PROJECTS + "/library").statusCode()).isEqualTo(200);
  }

  @Test
  void deletesAProjectByNumberOrByName() {
    create("{\"project_name\":\"one\"}");
    create("{\"project_name\":\"two\"}");

    HttpResponse<String> byName = server.send("DELETE", PROJECTS + "/one", TestServer.as("admin"));
    HttpResponse<String> byNumber = server.send("DELETE", PROJECTS + "/3", TestServer.as("admin"));

    assertThat(byName.statusCode()).isEqualTo(200);
    assertThat(byNumber.statusCode()).isEqualTo(200);
    assertThat(names(server.get(PROJECTS, TestServer.as("admin")))).containsExactly("library");
    assertThat(server.send("DELETE", PROJECTS + "/one", TestServer.as("admin")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void doesNotDeleteAProjectThatHasRepositories() {
    server.projects.fill(1, 3);

    HttpResponse<String> answer =
        server.send("DELETE", PROJECTS + "/library", TestServer.as("admin"));

    assertThat(answer.statusCode()).isEqualTo(412);
    assertThat(code(answer)).isEqualTo("PRECONDITION");
  }

  @Test
  void leadsFromPageToPage() {
    for (int i = 0; i < 4; i++) {
      create("{\"project_name\":\"p" + i + "\",\"public\":true}");
    }

    HttpResponse<String> first = server.get(PROJECTS + "?page_size=2&name=&page=1");
    HttpResponse<String> second = server.get(PROJECTS + "?page=2&page_size=2");
    HttpResponse<String> last = server.get(PROJECTS + "?page=3&page_size=2");
    HttpResponse<String> beyond = server.get(PROJECTS + "?page=10000000&page_size=100");

    assertThat(names(first)).containsExactly("library", "p0");
    assertThat(first.headers().firstValue("X-Total-Count")).contains("5");
    assertThat(first.headers().firstValue("Link"))
        .contains("</api/v2.0/projects?name=&page=2&page_size=2>; rel=\"next\"");
    assertThat(second.headers().firstValue("Link"))
        .contains(
            "</api/v2.0/projects?page=1&page_size=2>; rel=\"prev\" , "
                + "</api/v2.0/projects?page=3&page_size=2>; rel=\"next\"");
    assertThat(names(last)).containsExactly("p3");
    assertThat(last.headers().firstValue("Link"))
        .contains("</api/v2.0/projects?page=2&page_size=2>; rel=\"prev\"");
    assertThat(names(beyond)).isEmpty();
    assertThat(names(server.get(PROJECTS + "?name=P3"))).containsExactly("p3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "page=0",
        "page=-1",
        "page=x",
        "page=2147483648",
        "page=9223372036854775808",
        "page_size=0",
        "page_size=-1",
        "page_size=101"
      })
  void refusesPagesThatAreNone(String query) {
    HttpResponse<String> answer = server.get(PROJECTS + "?" + query);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(code(answer)).isEqualTo("UNPROCESSABLE_ENTITY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"q=name", "q=name%3D%7E", "q=name%253D", "sort=name%20desc", "sort=(1)"})
  void refusesQueriesThatAreMalformed(String query) {
    HttpResponse<String> answer = server.get(PROJECTS + "?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(code(answer)).isEqualTo("BAD_REQUEST");
  }

  @Test
  void changesNothingWhileReadOnly() {
    server.configuration = new Configuration(Map.of(ConfigurationItem.READ_ONLY, "true"));

    for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "BREW")) {
      for (String path : List.of(PROJECTS, PROJECTS + "/library", "/v2/x/manifests/y", "/c/x")) {
        HttpResponse<String> answer = server.send(method, path, TestServer.as("admin"));
        assertThat(answer.statusCode()).as(method + " " + path).isEqualTo(403);
        assertThat(code(answer)).isEqualTo("DENIED");
        assertThat(answer.body())
            .contains("The system is in read only mode. Any modification is prohibited.");
      }
    }
    for (String path :
        List.of(
            "/api/v2.0/configurations/",
            "/api/v2.0/%63onfigurations",
            "/API/v2.0/configurations")) {
      assertThat(server.send("PUT", path, TestServer.as("admin")).statusCode()).isEqualTo(403);
    }
    assertThat(server.send("PUT", "/api/v2.0/configurations").statusCode()).isEqualTo(404);
    assertThat(server.send("POST", "/service/token").statusCode()).isNotEqualTo(403);
    assertThat(server.send("POST", "/service//token").statusCode()).isNotEqualTo(403);
    assertThat(server.get(PROJECTS).statusCode()).isEqualTo(200);
    assertThat(head("library")).isEqualTo(200);
  }

  /** As the Terraform provider and others write them; clients do not repeat a POST elsewhere. */
  @Test
  void takesASlashAtTheEndForNothing() {
    String[] admin = TestServer.as("admin");

    HttpResponse<String> post =
        server.post(PROJECTS + "/", JSON, "{\"project_name\":\"mine\"}", admin);
    HttpResponse<String> list = server.get(PROJECTS + "/?page=1&page_size=1", admin);

    assertThat(post.statusCode()).isEqualTo(201);
    assertThat(names(list)).containsExactly("library");
    String next = list.headers().firstValue("Link").orElseThrow();
    assertThat(names(server.get(next.substring(1, next.indexOf('>')), admin)))
        .containsExactly("mine");
    assertThat(server.get(PROJECTS + "/mine/", admin).statusCode()).isEqualTo(200);
    assertThat(server.send("HEAD", PROJECTS + "/mine/", admin).statusCode()).isEqualTo(200);
    assertThat(server.send("PUT", PROJECTS + "/", admin).statusCode()).isEqualTo(405);
    assertThat(server.send("DELETE", PROJECTS + "/mine/", admin).statusCode()).isEqualTo(200);
    assertThat(server.get(PROJECTS + "/mine", admin).statusCode()).isEqualTo(404);
    assertThat(server.rawStatus(PROJECTS + "/%2F")).isEqualTo(401);
    assertThat(server.rawStatus(PROJECTS + "/library/%20/")).isEqualTo(404);
  }

  @Test
  void mergesSlashesAndRefusesSemicolons() {
    assertThat(server.rawStatus("//api//v2.0///projects")).isEqualTo(200);
    assertThat(server.rawStatus(PROJECTS + "?page=1;page_size=100")).isEqualTo(400);
    assertThat(server.rawStatus(PROJECTS + "?name=%3B")).isEqualTo(200);
    assertThat(server.rawStatus("/api/v2.0/ping?a;b")).isEqualTo(400);
  }

  @Test
  void tellsNothingOfWhatIsWrongInside() {
    server.health.put("database", "ok");
    server.failure = new IllegalStateException("password=secret in /etc/passwd");

    HttpResponse<String> answer = server.get("/api/v2.0/systeminfo", "X-Request-Id", "request-7");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body())
        .isEqualTo(
            "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"internal server error\"}],"
                + "\"request_id\":\"request-7\"}");
    assertThat(answer.headers().firstValue("X-Request-Id")).contains("request-7");
  }

  @Test
  void tellsUnknownPathsFromUnknownMethods() {
    for (String path :
        List.of("/api/v2.0/nothing", "/api/v2.0/", "/api/v2.0", "/api/v3/ping", "/")) {
      assertThat(server.get(path).statusCode()).isEqualTo(404);
    }
    HttpResponse<String> put = server.send("PUT", PROJECTS);
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(put.headers().firstValue("Allow")).isEqualTo(Optional.of("GET, HEAD, POST"));
    assertThat(server.rawStatus(PROJECTS + "/%zz%")).isEqualTo(400);
    assertThat(server.rawStatus(PROJECTS + "?page=%zz")).isEqualTo(400);
    assertThat(server.get(PROJECTS + "/%2e%2e%2fx", TestServer.as("admin")).statusCode())
        .isEqualTo(404);
  }

  private HttpResponse<String> create(String body) {
    return server.post(PROJECTS, JSON, body, TestServer.as("admin"));
  }

  private int head(String name, String... headers) {
    return server.send("HEAD", PROJECTS + "?project_name=" + name, headers).statusCode();
  }

  private static String[] with(String[] headers, String name, String value) {
    return new String[] {headers[0], headers[1], name, value};
  }

  private static List<String> names(HttpResponse<String> answer) {
    return json(answer).elements().stream()
        .map(each -> each.get("name").text().orElseThrow())
        .toList();
  }

  private static String code(HttpResponse<String> answer) {
    return json(answer).get("errors").elements().getFirst().get("code").text().orElseThrow();
  }

  private static JsonValue json(HttpResponse<String> answer) {
    return Json.parse(answer.body().getBytes(UTF_8));
  }
}
