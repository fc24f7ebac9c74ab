package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.icon.Icons;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.http.api.ApiRouter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everybody tries everything: the table {@code permission-matrix.txt} says who may. It was written
 * from the description of Harbor's roles, not from the code.
 */
final class PermissionMatrixTest {
  private static final String PASSWORD = "Correct-Horse-9";
  private static final List<String> ROLES =
      List.of("limited=5", "guest=3", "developer=2", "maintainer=4", "owner=1");
  private static final String PULL = access("repository:pull");
  private static final String PUSH = access("repository:pull", "repository:push");

  private static final String SYSTEM_ROBOT =
      """
      {"name": "of-the-system", "level": "system", "duration": -1, "permissions":
       [{"kind": "project", "namespace": "team", "access": %s}]}
      """
          .formatted(PULL);
  private static final String NO_SCHEDULE = "{\"schedule\": {\"type\": \"None\"}}";
  private static final String FEDERATION =
      """
      {"name": "builds", "issuer": "https://builds.example", "audience": "breakwater",
       "jwks": "", "robot_id": {robot},
       "claims": [{"claim": "sub", "value": "repo:team", "match": "exact"}]}
      """;

  private static final String RETENTION =
      """
      {"algorithm": "or", "rules": [], "scope": {"level": "project", "ref": {project}}}
      """;

  private static final String OTHER =
      """
      {"email": "other@example.org", "realname": "other", "password": "Correct-Horse-9"}
      """;

  private static final String IMMUTABLE =
      """
      {"tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "fixed"}]}
      """;

  private static final String EXPIRY =
      """
      {"tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "pr-*"}],
       "expires_after": "14d"}
      """;

  @TempDir static Path folder;

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static int fresh;

  /** Operations that the table does not try, and why. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "GET /api/openapi",
          "the same as GET /api/v2.0/openapi.yaml",
          "PUT /api/v2.0/users/{user_id}/cli_secret",
          "412 for everybody where nobody logs in by OIDC: UserApiTest");

  /** One path for each kind of them. */
  private static final List<String> OCI_PATHS =
      List.of(
          "/v2/",
          "/v2/_catalog",
          "/v2/team/app/manifests/1",
          "/v2/team/app/blobs/{blob}",
          "/v2/team/app/blobs/uploads/",
          "/v2/team/app/blobs/uploads/{upload}",
          "/v2/team/app/tags/list",
          "/v2/team/app/referrers/{digest}",
          "/service/token",
          "/service/token/jwks");

  /** What is sent along, so that the answer depends on who sends it alone. */
  private static final Map<String, String> BODIES =
      Map.ofEntries(
          Map.entry("PUT /api/v2.0/projects/team", "{\"metadata\": {\"auto_scan\": \"false\"}}"),
          Map.entry("POST /api/v2.0/projects/team/metadatas/", "{\"prevent_vul\": \"false\"}"),
          Map.entry(
              "PUT /api/v2.0/projects/team/metadatas/auto_scan", "{\"auto_scan\": \"false\"}"),
          Map.entry(
              "POST /api/v2.0/projects/team/members",
              "{\"role_id\": 3, \"member_user\": {\"username\": \"nobody-of-this-name\"}}"),
          Map.entry("PUT /api/v2.0/projects/team/members/{member}", "{\"role_id\": 1}"),
          Map.entry(
              "PUT /api/v2.0/robots/{robot}", robotBody("{robot}", "robot$team+puller", PULL)),
          Map.entry("PATCH /api/v2.0/robots/{fresh}", "{\"secret\": \"\"}"),
          Map.entry("POST /api/v2.0/robots", SYSTEM_ROBOT),
          Map.entry("PUT /api/v2.0/users/{other}/sysadmin", "{\"sysadmin_flag\": false}"),
          Map.entry(
              "PUT /api/v2.0/users/{victim}/password",
              "{\"old_password\": \"Wrong-Horse-9\", \"new_password\": \"Other-Horse-9\"}"),
          Map.entry("POST /api/v2.0/usergroups", "{\"group_name\": \"crew\", \"group_type\": 3}"),
          Map.entry("POST /api/v2.0/ldap/users/import", "{\"ldap_uid_list\": [\"nobody\"]}"),
          Map.entry(
              "POST /api/v2.0/system/oidc/ping",
              "{\"url\": \"https://127.0.0.1:1\", \"verify_cert\": true}"),
          Map.entry("PUT /api/v2.0/configurations", "{\"session_timeout\": 60}"),
          Map.entry("PUT /api/v2.0/projects/team/repositories/none", "{\"description\": \"x\"}"),
          Map.entry(
              "POST /api/v2.0/projects/team/repositories/app/artifacts/none/tags",
              "{\"name\": \"x\"}"),
          Map.entry("PUT /api/v2.0/quotas/999999", "{\"hard\": {\"storage\": -1}}"),
          Map.entry(
              "POST /api/v2.0/labels?scope=p",
              "{\"name\": \"own\", \"scope\": \"p\", \"project_id\": {project}}"),
          Map.entry("POST /api/v2.0/labels?scope=g", "{\"name\": \"all\", \"scope\": \"g\"}"),
          Map.entry("PUT /api/v2.0/labels/{label}", "{\"name\": \"of-team\"}"),
          Map.entry(
              "POST /api/v2.0/projects/team/repositories/app/artifacts/1/labels",
              "{\"id\": 999999}"),
          Map.entry("POST /api/v2.0/projects/team/immutabletagrules", IMMUTABLE),
          Map.entry("PUT /api/v2.0/projects/team/immutabletagrules/999999", IMMUTABLE),
          Map.entry("POST /api/v2.0/projects/team/expiry-rules", EXPIRY),
          Map.entry("PUT /api/v2.0/projects/team/expiry-rules/999999", EXPIRY),
          Map.entry("POST /api/v2.0/retentions", RETENTION),
          Map.entry("PUT /api/v2.0/retentions/{retention}", RETENTION),
          Map.entry("POST /api/v2.0/retentions/{retention}/executions", "{\"dry_run\": true}"),
          Map.entry(
              "PATCH /api/v2.0/retentions/{retention}/executions/999999", "{\"action\": \"stop\"}"),
          Map.entry("PUT /api/v2.0/system/CVEAllowlist", "{\"items\": []}"),
          Map.entry("PUT /api/v2.0/jobservice/queues/EXECUTION_SWEEP", "{\"action\": \"resume\"}"),
          Map.entry("POST /api/v2.0/system/gc/schedule", NO_SCHEDULE),
          Map.entry("PUT /api/v2.0/system/gc/schedule", NO_SCHEDULE),
          Map.entry("POST /api/v2.0/system/purgeaudit/schedule", NO_SCHEDULE),
          Map.entry("PUT /api/v2.0/system/purgeaudit/schedule", NO_SCHEDULE),
          Map.entry("POST /api/v2.0/federations", FEDERATION),
          Map.entry("PUT /api/v2.0/federations/999999", FEDERATION),
          Map.entry("POST /api/v2.0/projects", "{\"project_name\": \"team\"}"),
          Map.entry("PUT /api/v2.0/projects/open", "{\"metadata\": {\"auto_scan\": \"false\"}}"),
          Map.entry(
              "POST /api/v2.0/projects/open/repositories/none/artifacts/1/tags",
              "{\"name\": \"x\"}"),
          Map.entry("POST /api/v2.0/users", OTHER.replace("{", "{\"username\": \"other\", ")),
          Map.entry("PUT /api/v2.0/users/{other}", OTHER),
          Map.entry("PUT /api/v2.0/usergroups/999999", "{\"group_name\": \"crew\"}"),
          Map.entry("PATCH /v2/team/app/blobs/uploads/{upload}", "some bytes"));

  private static final Map<String, ApiClient> CALLERS = new LinkedHashMap<>();
  private static final Map<String, String> VARIABLES = new LinkedHashMap<>();

  /** The expired robot is made when the clock is three days behind. */
  @BeforeAll
  static void makeEverybody() throws Exception {
    Clock past = Clock.offset(Clock.systemUTC(), Duration.ofDays(-3));
    String expiredSecret;
    try (RunningRegistry early = RunningRegistry.start(folder, Map.of(), past)) {
      admin = ApiClient.admin(early);
      admin
          .post(
              "/api/v2.0/projects",
              """
              {"project_name": "team", "metadata": {"public": "false"}}
              """)
          .require(201);
      admin
          .post(
              "/api/v2.0/projects",
              """
              {"project_name": "open", "metadata": {"public": "true"}}
              """)
          .require(201);
      expiredSecret = robot("expired", 1, PUSH).secret();
    }
    registry = RunningRegistry.start(folder, Map.of());
    admin = ApiClient.admin(registry);

    CALLERS.put("nobody", ApiClient.anonymous(registry));
    CALLERS.put("other", user("other"));
    for (String role : ROLES) {
      String name = role.substring(0, role.indexOf('='));
      CALLERS.put(name, user(name));
      VARIABLES.put("member", member(name, role.substring(role.indexOf('=') + 1)));
    }
    CALLERS.put("pusher", robot("pusher", -1, PUSH).client());
    Robot puller = robot("puller", -1, PULL);
    CALLERS.put("puller", puller.client());
    Robot disabled = robot("disabled", -1, PUSH);
    disable(disabled);
    CALLERS.put("disabled", disabled.client());
    CALLERS.put("expired", ApiClient.as(registry, "robot$team+expired", expiredSecret));
    CALLERS.put("admin", admin);

    VARIABLES.put("robot", puller.id());
    VARIABLES.put("project", id(admin.get("/api/v2.0/projects/team"), "project_id"));
    VARIABLES.put("open", id(admin.get("/api/v2.0/projects/open"), "project_id"));
    VARIABLES.put("victim", id(user("victim").get("/api/v2.0/users/current"), "user_id"));
    VARIABLES.put("other", id(caller("other").get("/api/v2.0/users/current"), "user_id"));
    VARIABLES.put("label", label("of-team"));
    VARIABLES.put("retention", retention());
    VARIABLES.put("icon", Icons.of("IMAGE").toString());
    push();
    VARIABLES.put("upload", upload(admin));
  }

  /** Makes the project's retention policy; its number. */
  private static String retention() {
    return "" + admin.post("/api/v2.0/retentions", fill(RETENTION)).require(201).id();
  }

  /** Makes a label of the project; its number. */
  private static String label(String name) {
    return ""
        + admin
            .post(
                "/api/v2.0/labels",
                fill("{\"name\": \"%s\", \"scope\": \"p\", \"project_id\": {project}}")
                    .formatted(name))
            .require(201)
            .id();
  }

  @AfterAll
  static void close() throws IOException {
    registry.close();
  }

  static Stream<Line> lines() {
    return table().stream().filter(line -> !line.startsWith("#")).map(Line::parse);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void letsThoseAndOnlyThoseWhoMay(Line line) {
    List<String> surprises = new ArrayList<>();
    List<String> names = List.copyOf(CALLERS.keySet());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      int status = tryOut(line, caller(name));
      String expected = line.expected().get(i);
      if (!matches(expected, name, status)) {
        surprises.add(name + " should be " + expected + " and got " + status);
      }
    }
    assertThat(surprises).as(line.toString()).isEmpty();
  }

  private static int tryOut(Line line, ApiClient caller) {
    if (line.template().contains("{freshlabel}")) {
      VARIABLES.put("freshlabel", label("fresh" + fresh++));
    }
    if (line.template().contains("{fresh}")) {
      VARIABLES.put("fresh", robot("fresh" + fresh++, -1, PULL).id());
    }
    if (line.template().contains("{upload}")) {
      VARIABLES.put("upload", upload(caller));
    }
    String body = fill(BODIES.getOrDefault(line.toString(), ""));
    int status =
        caller.send(line.method(), fill(line.template()), body, "application/json").status();
    if (line.toString().equals("DELETE /api/v2.0/retentions/{retention}") && status == 200) {
      VARIABLES.put("retention", retention());
    }
    return status;
  }

  /** An upload of the caller's own; the administrator's for those who may not begin one. */
  private static String upload(ApiClient caller) {
    String begin = "/v2/team/app/blobs/uploads/";
    ApiAnswer own = caller.post(begin, "");
    String location =
        (own.status() == 202 ? own : admin.post(begin, "").require(202)).header("Location");
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private static String fill(String template) {
    String text = template;
    for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
      text = text.replace("{" + variable.getKey() + "}", variable.getValue());
    }
    return text;
  }

  @Test
  void triesEveryOperation() {
    Set<String> missing = new TreeSet<>();
    registry.endpoints().forEach(endpoint -> missing.add(route(endpoint)));

    missing.removeAll(ELSEWHERE.keySet());
    lines()
        .filter(line -> line.template().startsWith("/api/"))
        .forEach(line -> missing.remove(routeOf(line)));

    assertThat(missing).as("neither in the table nor with a reason why not").isEmpty();
  }

  @Test
  void givesNoReasonForWhatIsTriedOrNotThere() {
    Set<String> routes =
        registry.endpoints().stream()
            .map(PermissionMatrixTest::route)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(routes).containsAll(ELSEWHERE.keySet());
    assertThat(lines().map(PermissionMatrixTest::routeOf))
        .doesNotContainAnyElementsOf(ELSEWHERE.keySet());
  }

  /** Which methods a path has is told to whoever tries another one. */
  @Test
  void triesEveryMethodOfTheRegistrysOwnRoutes() {
    Set<String> tried =
        lines()
            .map(line -> line.method() + " " + kind(line.template()))
            .collect(Collectors.toCollection(TreeSet::new));
    // Its credential is in the form: TokenApiTest.
    tried.add("POST /service/token");

    for (String path : OCI_PATHS) {
      String allowed = admin.send("BREW", fill(path), "", "").require(405).header("Allow");
      for (String method : allowed.split(", ", -1)) {
        assertThat(tried).contains(method + " " + kind(path));
      }
    }
  }

  private static String kind(String template) {
    return template
        .replaceAll("\\?.*", "")
        .replaceAll("/(manifests|blobs|uploads|referrers)/[^/]+$", "/$1/*");
  }

  private static String route(ApiRouter.Endpoint endpoint) {
    return endpoint.method() + " " + endpoint.template();
  }

  /** The operation that the router finds for a line: the one with the fewest variable parts. */
  private static String routeOf(Line line) {
    String path = line.template().replaceAll("\\?.*", "");
    return registry.endpoints().stream()
        .filter(endpoint -> endpoint.method().equals(line.method()))
        .filter(endpoint ->
            path.matches(endpoint.template().replaceAll("\\{\\w+}", "[^/]+").replace(".", "\\.")))
        .min(Comparator.comparingInt(endpoint -> endpoint.template().split("\\{", -1).length))
        .map(PermissionMatrixTest::route)
        .orElse("");
  }

  @Test
  void hasAColumnForEverybody() {
    assertThat(lines()).allMatch(line -> line.expected().size() == CALLERS.size());
  }

  /** Whoever presents nothing, or what is not good any more, is asked to log in. */
  private static boolean matches(String expected, String name, int status) {
    boolean refused = status == 401 || status == 403;
    if (expected.equals("+")) {
      return !refused && status < 500;
    }
    boolean unknown = List.of("nobody", "disabled", "expired").contains(name);
    return status == (unknown ? 401 : 403);
  }

  private static ApiClient caller(String name) {
    return Objects.requireNonNull(CALLERS.get(name));
  }

  private static ApiClient user(String name) {
    admin
        .post(
            "/api/v2.0/users",
            """
            {"username": "%1$s", "email": "%1$s@example.org", "realname": "%1$s",
             "password": "%2$s"}
            """
                .formatted(name, PASSWORD))
        .require(201);
    return ApiClient.as(registry, name, PASSWORD);
  }

  /** Gives a user a role; the number of the membership. */
  private static String member(String name, String role) {
    String location =
        admin
            .post(
                "/api/v2.0/projects/team/members",
                """
                {"role_id": %s, "member_user": {"username": "%s"}}
                """
                    .formatted(role, name))
            .require(201)
            .header("Location");
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private static Robot robot(String name, int days, String access) {
    ApiAnswer created =
        admin
            .post(
                "/api/v2.0/robots",
                """
                {"name": "%s", "level": "project", "duration": %d, "permissions":
                 [{"kind": "project", "namespace": "team", "access": %s}]}
                """
                    .formatted(name, days, access))
            .require(201);
    return new Robot(
        id(created, "id"),
        created.json().get("name").text().orElseThrow(),
        created.json().get("secret").text().orElseThrow());
  }

  private static void disable(Robot robot) {
    admin
        .put(
            "/api/v2.0/robots/" + robot.id(),
            robotBody(robot.id(), robot.name(), PUSH)
                .replace("\"disable\": false", "\"disable\": true"))
        .require(200);
  }

  private static String robotBody(String id, String name, String access) {
    return """
    {"id": %s, "name": "%s", "level": "project", "duration": -1, "disable": false,
     "permissions": [{"kind": "project", "namespace": "team", "access": %s}]}
    """
        .formatted(id, name, access);
  }

  private static void push() throws Exception {
    String config = registry.push("team/app", "{}".getBytes(UTF_8)).toString();
    byte[] manifest =
        """
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
         "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2,
                    "digest": "%s"}, "layers": []}
        """
            .formatted(config)
            .getBytes(UTF_8);
    int status =
        registry
            .send(
                "PUT",
                "/v2/team/app/manifests/1",
                manifest,
                "Content-Type",
                "application/vnd.oci.image.manifest.v1+json")
            .statusCode();
    assertThat(status).isEqualTo(201);
    VARIABLES.put("blob", config);
    VARIABLES.put("digest", Digest.compute(DigestAlgorithm.SHA256, manifest).toString());
    VARIABLES.put("missing", "sha256:" + "0".repeat(64));
  }

  private static String id(ApiAnswer answer, String member) {
    return Long.toString(answer.json().get(member).wholeNumber().orElseThrow());
  }

  private static String access(String... pairs) {
    List<String> all = new ArrayList<>();
    for (String pair : pairs) {
      int colon = pair.indexOf(':');
      all.add(
          "{\"resource\": \"%s\", \"action\": \"%s\"}"
              .formatted(pair.substring(0, colon), pair.substring(colon + 1)));
    }
    return all.toString();
  }

  private static List<String> table() {
    try {
      return Files.readString(Path.of("src/test/resources/permission-matrix.txt"))
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Robot(String id, String name, String secret) {
    ApiClient client() {
      return ApiClient.as(registry, name, secret);
    }
  }

  /**
   * @param expected by the order of the columns: + or -
   */
  record Line(String method, String template, List<String> expected) {
    static Line parse(String text) {
      List<String> words = List.of(text.strip().split(" +", -1));
      return new Line(words.get(0), words.get(1), words.subList(2, words.size()));
    }

    @Override
    public String toString() {
      return method + " " + template;
    }
  }
}
