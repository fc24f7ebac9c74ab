package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.JsonValue;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RobotApiTest {
  private static final String ROBOTS = "/api/v2.0/robots";
  private static final String SCOPE = "repository:robots/app:pull,push,delete";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static long project;

  private final String name = "r" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    admin = ApiClient.admin(registry);
    project = admin.post("/api/v2.0/projects", "{\"project_name\":\"robots\"}").require(201).id();
    admin.post("/api/v2.0/projects", "{\"project_name\":\"others\"}").require(201);
  }

  @Test
  void makesARobotThatLogsInAndDoesExactlyWhatItWasGiven() {
    JsonValue created = create(robot(name, "project", "project", "robots", "pull")).json();

    assertThat(created.members())
        .containsOnlyKeys("id", "name", "secret", "creation_time", "expires_at");
    assertThat(created.get("name").text()).contains("robot$robots+" + name);
    ApiClient robot = client(created);
    ApiAnswer token = robot.get("/service/token?scope=" + SCOPE).require(200);
    assertThat(token.json().get("expires_in").wholeNumber()).hasValue(1800);
    ApiClient bearer = ApiClient.bearer(registry, token.json().get("token").text().orElseThrow());
    assertThat(bearer.get("/v2/").status()).isEqualTo(200);
    assertThat(bearer.get("/v2/robots/app/tags/list").status()).isEqualTo(404);
    assertThat(bearer.post("/v2/robots/app/blobs/uploads/", "").status()).isEqualTo(401);
    assertThat(robot.post("/v2/robots/app/blobs/uploads/", "").status()).isEqualTo(403);
    assertThat(robot.get("/v2/others/app/tags/list").status()).isEqualTo(403);
    assertThat(robot.get("/v2/_catalog").status()).isEqualTo(403);
  }

  @Test
  void showsARobotInHarborsShapeAndNeverItsSecret() {
    JsonValue created = create(robot(name, "project", "project", "robots", "pull")).json();

    ApiAnswer answer = admin.get(ROBOTS + "/" + number(created, "id")).require(200);

    assertThat(answer.json().members())
        .containsOnlyKeys(
            "id",
            "name",
            "description",
            "level",
            "duration",
            "editable",
            "disable",
            "expires_at",
            "permissions",
            "creator_type",
            "creator_ref",
            "creation_time",
            "update_time");
    assertThat(answer.body()).doesNotContain(created.get("secret").text().orElseThrow());
    assertThat(answer.body())
        .contains(
            "\"permissions\":[{\"kind\":\"project\",\"namespace\":\"robots\",\"access\":"
                + "[{\"resource\":\"repository\",\"action\":\"pull\",\"effect\":\"allow\"}]}]");
    ApiAnswer list = admin.get(ROBOTS + "?q=Level%3Dproject%2CProjectID%3D" + project).require(200);
    assertThat(list.body()).contains("robot$robots+" + name);
    assertThat(Integer.parseInt(list.header("X-Total-Count"))).isPositive();
    assertThat(admin.get(ROBOTS).require(200).body()).doesNotContain(name);
    assertThat(admin.get(ROBOTS + "?q=Level%3Dproject").status()).isEqualTo(400);
  }

  @Test
  void stopsADisabledRobotAtOnceAlsoWithATokenThatItHas() {
    JsonValue created = create(robot(name, "project", "project", "robots", "pull")).json();
    ApiClient robot = client(created);
    ApiClient bearer = ApiClient.bearer(registry, robot.token("repository:robots/app:pull"));
    assertThat(bearer.get("/v2/robots/app/tags/list").status()).isEqualTo(404);

    admin
        .put(
            ROBOTS + "/" + number(created, "id"),
            robot(name, "project", "project", "robots", "pull")
                .replace("\"disable\":false", "\"disable\":true")
                .replace("\"name\":\"", "\"name\":\"robot$robots+"))
        .require(200);

    assertThat(robot.get("/v2/robots/app/tags/list").status()).isEqualTo(401);
    assertThat(bearer.get("/v2/robots/app/tags/list").status()).isEqualTo(401);
    assertThat(robot.get("/service/token").status()).isEqualTo(401);
  }

  @Test
  void changesWhatTokensOfARobotAreGoodFor() {
    JsonValue created = create(robot(name, "project", "project", "robots", "push")).json();
    ApiClient bearer =
        ApiClient.bearer(registry, client(created).token("repository:robots/app:pull,push"));
    assertThat(bearer.post("/v2/robots/app/blobs/uploads/", "").status()).isEqualTo(202);

    admin
        .put(
            ROBOTS + "/" + number(created, "id"),
            robot(name, "project", "project", "robots", "pull"))
        .require(200);

    assertThat(bearer.post("/v2/robots/app/blobs/uploads/", "").status()).isEqualTo(401);
  }

  @Test
  void replacesTheSecretByOneThatIsMadeUpOrGiven() {
    JsonValue created = create(robot(name, "system", "project", "robots", "pull")).json();
    String one = ROBOTS + "/" + number(created, "id");
    ApiClient old = client(created);
    assertThat(old.get("/v2/").status()).isEqualTo(200);

    ApiAnswer refreshed = admin.patch(one, "{}").require(200);

    assertThat(old.get("/v2/").status()).isEqualTo(401);
    String secret = refreshed.json().get("secret").text().orElseThrow();
    assertThat(as("robot$" + name, secret).get("/v2/").status()).isEqualTo(200);
    assertThat(admin.patch(one, "{\"secret\":\"Chosen123\"}").require(200).body())
        .doesNotContain("Chosen123");
    assertThat(as("robot$" + name, secret).get("/v2/").status()).isEqualTo(401);
    assertThat(as("robot$" + name, "Chosen123").get("/v2/").status()).isEqualTo(200);
    assertThat(admin.patch(one, "{\"secret\":\"weak\"}").status()).isEqualTo(400);
  }

  @Test
  void forgetsADeletedRobot() {
    JsonValue created = create(robot(name, "system", "project", "*", "pull")).json();
    ApiClient robot = client(created);
    ApiClient bearer = ApiClient.bearer(registry, robot.token("repository:robots/app:pull"));
    assertThat(bearer.get("/v2/").status()).isEqualTo(200);

    admin.delete(ROBOTS + "/" + number(created, "id")).require(200);

    assertThat(robot.get("/v2/").status()).isEqualTo(401);
    assertThat(bearer.get("/v2/").status()).isEqualTo(401);
    assertThat(admin.get(ROBOTS + "/" + number(created, "id")).status()).isEqualTo(404);
    assertThat(admin.delete(ROBOTS + "/" + number(created, "id")).status()).isEqualTo(404);
  }

  @Test
  void letsARobotMakeOthersOnlyWithinItsOwnRights() {
    JsonValue maker =
        create(
                """
                {"name":"%s","level":"system","duration":1,"disable":false,"permissions":[
                  {"kind":"system","namespace":"/","access":[
                    {"resource":"robot","action":"create"},{"resource":"robot","action":"read"}]},
                  {"kind":"project","namespace":"robots","access":[
                    {"resource":"repository","action":"pull"},
                    {"resource":"robot","action":"create"}]}]}
                """
                    .formatted(name))
            .json();
    ApiClient robot = client(maker);

    ApiAnswer wider =
        robot.post(ROBOTS, robot("wider" + name, "project", "project", "robots", "push"));
    ApiAnswer elsewhere =
        robot.post(ROBOTS, robot("else" + name, "project", "project", "others", "pull"));
    ApiAnswer within =
        robot.post(ROBOTS, robot("within" + name, "project", "project", "robots", "pull"));

    assertThat(wider.status()).isEqualTo(403);
    assertThat(wider.body()).contains("permission scope is invalid");
    assertThat(elsewhere.status()).isEqualTo(403);
    assertThat(within.status()).isEqualTo(201);
    String made = ROBOTS + "/" + number(within.json(), "id");
    assertThat(admin.get(made).body()).contains("\"creator_type\":\"robot\"");
    assertThat(admin.get(made).json().get("creator_ref").wholeNumber())
        .hasValue(number(maker, "id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\":\"Upper\",\"level\":\"system\"}",
        "{\"name\":\"a\",\"level\":\"galaxy\"}",
        "{\"name\":\"a\",\"level\":\"system\",\"permissions\":[]}",
        "{\"name\":\"a\",\"level\":\"system\",\"permissions\":7}",
        "{\"name\":\"a\",\"level\":\"system\",\"duration\":0,\"permissions\":[@project robots@]}",
        "{\"name\":\"a\",\"level\":\"system\",\"duration\":-2,\"permissions\":[@project robots@]}",
        "{\"name\":\"a\",\"level\":\"project\",\"duration\":1,\"permissions\":[@project *@]}",
        "{\"name\":\"a\",\"level\":\"project\",\"duration\":1,\"permissions\":[@system /@]}",
        "{\"name\":\"a\",\"level\":\"system\",\"duration\":1,\"permissions\":[@system x@]}",
        "{\"name\":\"a\",\"level\":\"system\",\"duration\":1,\"permissions\":[@system /@]}",
        "{\"name\":\"a\",\"level\":\"system\",\"duration\":1,\"permissions\":[@other /@]}",
        "{\"name\":\"a\",\"level\":\"system\",\"duration\":1,\"permissions\":[{\"kind\":\"project\","
            + "\"namespace\":\"robots\",\"access\":[{\"resource\":\"repository\",\"action\":\"pull\","
            + "\"effect\":\"deny\"}]}]}",
        "{\"name\":\"a\",\"level\":\"system\",\"duration\":1,\"permissions\":[{\"kind\":\"project\","
            + "\"namespace\":\"robots\",\"access\":[{\"resource\":\"*\",\"action\":\"*\"}]}]}"
      })
  void refusesARobotThatThereCannotBe(String template) {
    String body =
        template.replaceAll(
            "@(\\w+) ([^@]+)@",
            "{\"kind\":\"$1\",\"namespace\":\"$2\",\"access\":[{\"resource\":\"repository\","
                + "\"action\":\"pull\"}]}");

    ApiAnswer answer = admin.post(ROBOTS, body);

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
  }

  @Test
  void refusesANameThatIsTakenAndProjectsThatAreNotThere() {
    String body = robot(name, "system", "project", "robots", "pull");
    create(body);

    assertThat(admin.post(ROBOTS, body).status()).isEqualTo(409);
    assertThat(
            admin.post(ROBOTS, robot("x" + name, "project", "project", "missing", "pull")).status())
        .isEqualTo(404);
    assertThat(admin.get(ROBOTS + "/0").status()).isEqualTo(422);
    assertThat(admin.get(ROBOTS + "/x").status()).isEqualTo(422);
    assertThat(ApiClient.anonymous(registry).get(ROBOTS + "/1").status()).isEqualTo(401);
    assertThat(ApiClient.anonymous(registry).get(ROBOTS).status()).isEqualTo(401);
  }

  @Test
  void keepsNameAndLevel() {
    JsonValue created = create(robot(name, "project", "project", "robots", "pull")).json();
    String one = ROBOTS + "/" + number(created, "id");

    assertThat(admin.put(one, robot("b" + name, "project", "project", "robots", "pull")).status())
        .isEqualTo(400);
    assertThat(admin.put(one, robot(name, "system", "project", "robots", "pull")).status())
        .isEqualTo(400);
    assertThat(admin.put(one, robot(name, "project", "project", "others", "pull")).status())
        .isEqualTo(400);
  }

  private static ApiAnswer create(String body) {
    return admin.post(ROBOTS, body).require(201);
  }

  private static ApiClient client(JsonValue created) {
    return as(created.get("name").text().orElseThrow(), created.get("secret").text().orElseThrow());
  }

  private static ApiClient as(String name, String secret) {
    return ApiClient.as(registry, name, secret);
  }

  private static long number(JsonValue json, String member) {
    return json.get(member).wholeNumber().orElseThrow();
  }

  private static String robot(
      String name, String level, String kind, String namespace, String action) {
    return """
    {"name":"%s","level":"%s","description":"for tests","duration":30,"disable":false,\
    "permissions":[{"kind":"%s","namespace":"%s",\
    "access":[{"resource":"repository","action":"%s"}]}]}\
    """
        .formatted(name, level, kind, namespace, action);
  }
}
