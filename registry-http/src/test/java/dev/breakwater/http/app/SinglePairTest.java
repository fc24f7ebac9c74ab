package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.access.RobotPermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A robot that was given one pair can do what the pair is for in a private project, and needs no
 * other one for it, {@code project:read} least of all: Harbor's handlers ask for the one pair.
 */
final class SinglePairTest {
  /**
   * Pairs whose features are still to come, and one that only the summary of a project looks at.
   */
  private static final Set<String> WITHOUT_OPERATION =
      Set.of(
          "scan",
          "sbom",
          "scanner",
          "preheat-policy",
          "notification-policy",
          "export-cve",
          "quota");

  private static final String ARTIFACTS = "/projects/team/repositories/app/artifacts";
  private static final String IMMUTABLE =
      """
      {"tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "v%n-*"}]}
      """;
  private static final String EXPIRY =
      """
      {"tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "pr%n-*"}],
       "expires_after": "14d"}
      """;
  private static final String RETENTION =
      """
      {"algorithm": "or", "rules": [], "scope": {"level": "project", "ref": {project}}}
      """;

  static final List<Request> REQUESTS =
      List.of(
          request("log:list", "GET /projects/team/logs"),
          request("log:list", "GET /projects/team/auditlog-exts"),
          request("project:read", "GET /projects/team"),
          request("project:read", "GET /projects/{project}"),
          request("project:read", "GET /projects/team/summary"),
          request(
              "project:update", "PUT /projects/team", "{\"metadata\": {\"auto_scan\": \"true\"}}"),
          request("project:delete", "GET /projects/team/_deletable"),
          request("project:delete", "DELETE /projects/team"),
          request("metadata:list", "GET /projects/team/metadatas/"),
          request("metadata:read", "GET /projects/team/metadatas/public"),
          request(
              "metadata:create", "POST /projects/team/metadatas/", "{\"prevent_vul\": \"false\"}"),
          request(
              "metadata:update", "PUT /projects/team/metadatas/public", "{\"public\": \"false\"}"),
          request("metadata:delete", "DELETE /projects/team/metadatas/public"),
          request("repository:list", "GET /projects/team/repositories"),
          request("repository:list", "GET /projects/team/deleted-repositories"),
          request("repository:read", "GET /projects/team/repositories/app"),
          request(
              "repository:update",
              "PUT /projects/team/repositories/app",
              "{\"description\": \"x\"}"),
          request("repository:delete", "DELETE /projects/team/repositories/none"),
          request("repository:delete", "POST /projects/team/deleted-repositories/none/restoration"),
          request("repository:pull", "GET /v2/team/app/manifests/1"),
          request("repository:push", "POST /v2/team/app/blobs/uploads/"),
          request("artifact:list", "GET /projects/team/artifacts"),
          request("artifact:list", "GET " + ARTIFACTS),
          request("artifact:list", "GET /projects/team/repositories/app/deleted-artifacts"),
          request("artifact:read", "GET " + ARTIFACTS + "/1"),
          request("artifact:read", "GET " + ARTIFACTS + "/1/reasons"),
          request("artifact:create", "POST " + ARTIFACTS + "?from=library/none:1"),
          request("artifact:delete", "DELETE " + ARTIFACTS + "/none"),
          request("tag:list", "GET " + ARTIFACTS + "/1/tags"),
          request("tag:list", "GET /projects/team/repositories/app/tag-history"),
          request("tag:create", "POST " + ARTIFACTS + "/1/tags", "{\"name\": \"t%n\"}"),
          request("tag:delete", "DELETE " + ARTIFACTS + "/1/tags/none"),
          request("accessory:list", "GET " + ARTIFACTS + "/1/accessories"),
          request("artifact-addition:read", "GET " + ARTIFACTS + "/1/additions/build_history"),
          request("artifact-addition:read", "GET " + ARTIFACTS + "/1/additions/vulnerabilities"),
          request("artifact-label:create", "POST " + ARTIFACTS + "/1/labels", "{\"id\": {label}}"),
          request("artifact-label:delete", "DELETE " + ARTIFACTS + "/1/labels/{label}"),
          request("immutable-tag:list", "GET /projects/team/immutabletagrules"),
          request("immutable-tag:create", "POST /projects/team/immutabletagrules", IMMUTABLE),
          request("immutable-tag:update", "PUT /projects/team/immutabletagrules/999999", IMMUTABLE),
          request("immutable-tag:delete", "DELETE /projects/team/immutabletagrules/999999"),
          request("tag-retention:list", "GET /retentions/{retention}/executions"),
          request("tag-retention:list", "GET /projects/team/expiry-rules"),
          request("tag-retention:read", "GET /retentions/{retention}"),
          request("tag-retention:read", "GET /projects/team/expiry-rules/999999"),
          request("tag-retention:create", "POST /retentions", RETENTION),
          request("tag-retention:create", "POST /projects/team/expiry-rules", EXPIRY),
          request("tag-retention:update", "PUT /retentions/{retention}", RETENTION),
          request(
              "tag-retention:update",
              "POST /retentions/{retention}/executions",
              "{\"dry_run\": true}"),
          request("tag-retention:update", "PUT /projects/team/expiry-rules/999999", EXPIRY),
          request("tag-retention:delete", "DELETE /retentions/{retention}"),
          request("tag-retention:delete", "DELETE /projects/team/expiry-rules/999999"),
          request("label:list", "GET /labels?scope=p&project_id={project}"),
          request("label:read", "GET /labels/{label}"),
          request(
              "label:create",
              "POST /labels",
              "{\"name\": \"made%n\", \"scope\": \"p\", \"project_id\": {project}}"),
          request("label:update", "PUT /labels/{label}", "{\"name\": \"changed%n\"}"),
          request("label:delete", "DELETE /labels/{label}"),
          request("robot:list", "GET /robots?q=Level=project,ProjectID={project}"),
          request("robot:read", "GET /robots/{robot}"),
          request("robot:create", "POST /robots", robot("made%n", "robot:create")),
          request("robot:delete", "DELETE /robots/{robot}"),
          request("member:list", "GET /projects/team/members"),
          request("member:read", "GET /projects/team/members/{member}"),
          request(
              "member:create",
              "POST /projects/team/members",
              "{\"role_id\": 3, \"member_user\": {\"username\": \"nobody-of-this-name\"}}"),
          request("member:update", "PUT /projects/team/members/{member}", "{\"role_id\": 3}"),
          request("member:delete", "DELETE /projects/team/members/999999"));

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static final Map<String, String> VARIABLES = new LinkedHashMap<>();

  private static ApiClient admin;
  private static int made;

  @BeforeAll
  static void makeTheTeam() throws Exception {
    admin = REGISTRY.admin().ofApi();
    admin.post("/projects", "{\"project_name\": \"team\"}").require(201);
    VARIABLES.put("project", "" + admin.projectId("team"));
    admin.createUser("member");
    VARIABLES.put(
        "member",
        made(
            "/projects/team/members",
            "{\"role_id\": 3, \"member_user\": {\"username\": \"member\"}}"));
    new TestImages(REGISTRY.running()).image("team/app", "layer", "1");
  }

  @ParameterizedTest
  @FieldSource("REQUESTS")
  void isEnoughForItsOperation(Request request) {
    ApiClient robot = robotWith(request.pair());
    makeWhatIsNamed(request);

    ApiAnswer answer =
        robot.send(
            request.method(), fill(request.path()), fill(request.body()), "application/json");

    assertThat(answer.status()).as(answer.body()).isNotIn(401, 403).isLessThan(500);
  }

  @ParameterizedTest
  @FieldSource("REQUESTS")
  void isGoodForNothingElse(Request request) {
    ApiClient robot = robotWith(request.pair().equals("tag:list") ? "tag:create" : "tag:list");
    makeWhatIsNamed(request);

    ApiAnswer answer =
        robot.send(
            request.method(), fill(request.path()), fill(request.body()), "application/json");

    assertThat(answer.status()).as(answer.body()).isEqualTo(403);
  }

  @Test
  void coversAllPairsThatHaveAnOperation() {
    Set<String> covered =
        REQUESTS.stream().map(Request::pair).collect(Collectors.toCollection(TreeSet::new));

    assertThat(covered)
        .isEqualTo(
            RobotPermissions.project().stream()
                .filter(pair -> !WITHOUT_OPERATION.contains(pair.resource().label()))
                .map(pair -> pair.resource().label() + ":" + pair.verb().label())
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static ApiClient robotWith(String pair) {
    ApiAnswer created = admin.post("/robots", fill(robot("r%n", pair))).require(201);
    return REGISTRY.as(
        created.json().get("name").text().orElseThrow(),
        created.json().get("secret").text().orElseThrow());
  }

  private static String robot(String name, String pair) {
    int colon = pair.indexOf(':');
    return """
    {"name": "%s", "level": "project", "duration": -1, "permissions":
     [{"kind": "project", "namespace": "team",
       "access": [{"resource": "%s", "action": "%s"}]}]}
    """
        .formatted(name, pair.substring(0, colon), pair.substring(colon + 1));
  }

  /** The last request may have deleted them. */
  private static void makeWhatIsNamed(Request request) {
    String all = request.path() + request.body();
    if (all.contains("{label}")) {
      String label = "{\"name\": \"l%n\", \"scope\": \"p\", \"project_id\": {project}}";
      VARIABLES.put("label", made("/labels", fill(label)));
    }
    if (all.contains("{robot}")) {
      VARIABLES.put("robot", made("/robots", fill(robot("named%n", "tag:list"))));
    }
    if (all.contains("{retention}")) {
      ApiAnswer answer = admin.post("/retentions", fill(RETENTION));
      if (answer.status() == 201) {
        VARIABLES.put("retention", "" + answer.id());
      }
    }
  }

  private static String made(String path, String body) {
    return "" + admin.post(path, body).require(201).id();
  }

  private static String fill(String template) {
    String text = template.replace("%n", "" + made++);
    for (Map.Entry<String, String> each : VARIABLES.entrySet()) {
      text = text.replace("{" + each.getKey() + "}", each.getValue());
    }
    return text;
  }

  private static Request request(String pair, String operation) {
    return request(pair, operation, "");
  }

  private static Request request(String pair, String operation, String body) {
    int space = operation.indexOf(' ');
    String path = operation.substring(space + 1);
    return new Request(
        pair,
        operation.substring(0, space),
        path.startsWith("/v2/") ? path : ApiClient.API + path,
        body);
  }

  /**
   * @param pair such as {@code tag:create}
   */
  record Request(String pair, String method, String path, String body) {
    @Override
    public String toString() {
      return pair + " " + method + " " + path;
    }
  }
}
