package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.http.app.FuzzedOperation.Request;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every operation of the description, with parameters and bodies that are missing, foreign, of the
 * wrong type and absurd: the answer is as described, an error has Harbor's envelope, and nothing is
 * an error of the server.
 *
 * <p>The same requests each time; {@code -Dfuzz.rounds=200 -Dfuzz.seed=7} makes more of them and
 * others. A round is one request to each operation.
 */
final class ApiFuzzTest {
  private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 9);
  private static final long SEED = Long.getLong("fuzz.seed", 20_261_126);

  /** What an answer never shows. */
  private static final List<String> INNARDS =
      List.of("Exception", "\\tat ", "dev.breakwater", "io.r2dbc", "java.", "SELECT ", "SQLSTATE");

  private static final Pattern UNSENDABLE = Pattern.compile("[^-._~!$&'()*+,;=:@/?%a-zA-Z0-9]");

  private static final Map<String, String> AUTHORIZATIONS = new HashMap<>();
  private static final Map<String, String> KNOWN = new TreeMap<>();

  /** How many answers began with each digit. */
  private static final Map<Integer, Integer> STATUSES = new TreeMap<>();

  @TempDir private static Path data;
  private static RunningRegistry registry;
  private static ApiClient admin;

  @BeforeAll
  static void start() throws Exception {
    registry = RunningRegistry.start(data, Map.of());
    admin = ApiClient.admin(registry).ofApi();
    AUTHORIZATIONS.put("administrator", RunningRegistry.AUTHORIZATION);
    AUTHORIZATIONS.put("anonymous", "");
    AUTHORIZATIONS.put(
        "project administrator",
        "Basic "
            + Base64.getEncoder()
                .encodeToString(("owner:" + ApiClient.USER_PASSWORD).getBytes(UTF_8)));
    fill();
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  /** One of each thing that a path can name. */
  private static void fill() throws Exception {
    long owner = admin.createUser("owner");
    admin.post("/projects", "{\"project_name\": \"team\"}").require(201);
    long project = admin.get("/projects/team").json().get("project_id").wholeNumber().orElseThrow();
    long member =
        admin
            .post(
                "/projects/team/members",
                "{\"role_id\": 1, \"member_user\": {\"username\": \"owner\"}}")
            .require(201)
            .id();
    Digest digest = new TestImages(registry).image("team/app", "layer", "v1");
    String scope = "{\"scope\": {\"level\": \"project\", \"ref\": " + project + "},";
    KNOWN.put("project_name", "team");
    KNOWN.put("project_name_or_id", "team");
    KNOWN.put("repository_name", "app");
    KNOWN.put("reference", "v1");
    KNOWN.put("digest", digest.toString());
    KNOWN.put("tag_name", "v1");
    KNOWN.put("addition", "build_history");
    KNOWN.put("meta_name", "auto_scan");
    KNOWN.put("job_type", "all");
    KNOWN.put("pool_id", "all");
    KNOWN.put("mid", "" + member);
    KNOWN.put("user_id", "" + owner);
    KNOWN.put("id", "" + project);
    KNOWN.put(
        "label_id",
        ""
            + admin
                .post(
                    "/labels",
                    "{\"name\": \"l\", \"scope\": \"p\", \"project_id\": " + project + "}")
                .require(201)
                .id());
    KNOWN.put(
        "robot_id",
        admin
            .post(
                "/robots",
                """
                {"name": "r", "level": "project", "duration": -1, "permissions":
                 [{"kind": "project", "namespace": "team",
                   "access": [{"resource": "repository", "action": "pull"}]}]}
                """)
            .require(201)
            .json()
            .get("id")
            .toString());
    String retention =
        ""
            + admin
                .post(
                    "/retentions",
                    scope
                        + "\"algorithm\": \"or\", \"rules\": [], \"trigger\": {\"kind\":"
                        + " \"Schedule\"}}")
                .require(201)
                .id();
    for (String operation :
        List.of(
            "getRetention",
            "updateRetention",
            "deleteRetention",
            "triggerRetentionExecution",
            "operateRetentionExecution",
            "listRetentionExecutions",
            "listRetentionTasks",
            "getRetentionTaskLog")) {
      KNOWN.put(operation + ".id", retention);
    }
    KNOWN.put(
        "immutable_rule_id",
        ""
            + admin
                .post(
                    "/projects/team/immutabletagrules",
                    """
                    {"tag_selectors": [{"kind": "doublestar", "decoration": "matches",
                      "pattern": "fixed"}]}
                    """)
                .require(201)
                .id());
    // Values without which nothing goes further than the first check.
    KNOWN.put("body.namespace", "\"team\"");
    KNOWN.put("body.level", "\"project\"");
    KNOWN.put("body.kind", "\"doublestar\"");
    KNOWN.put("body.decoration", "\"matches\"");
    KNOWN.put("body.scope", "{\"level\":\"project\",\"ref\":" + project + "}");
    KNOWN.put("body.project_id", "" + project);
    KNOWN.put("body.algorithm", "\"or\"");
    KNOWN.put("body.resource", "\"repository\"");
    KNOWN.put("body.password", "\"Harbour12345\"");
    KNOWN.put("body.read_only", "false");
    KNOWN.put("body.auth_mode", "\"db_auth\"");
    KNOWN.put("body.url", "\"https://127.0.0.1:1\"");
    KNOWN.put("body.ldap_url", "\"ldap://127.0.0.1:1\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"administrator", "project administrator", "anonymous"})
  void answersWhateverItIsAskedWithoutAnErrorOfItsOwn(String caller) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    Map<String, String> wrong = new TreeMap<>();

    for (int round = 0; round < ROUNDS; round++) {
      for (FuzzedOperation operation : FuzzedOperation.all()) {
        Request request = operation.request(random, KNOWN);
        for (String problem : problems(caller, request)) {
          wrong.putIfAbsent(operation.id() + " " + problem.split("\n", 2)[0], problem + request);
        }
      }
    }

    assertThat(String.join("\n\n", wrong.values())).isEmpty();
    if (caller.equals("administrator")) {
      assertThat(STATUSES.get(2))
          .as("went further than the first check")
          .isGreaterThan(ROUNDS * 10);
      assertThat(STATUSES.get(4)).isGreaterThan(ROUNDS * 20);
    }
    admin.get("/projects/team/repositories/app/artifacts/v1").require(200);
  }

  private static List<String> problems(String caller, Request request) throws Exception {
    List<String> headers = new ArrayList<>();
    request.headers().forEach((name, value) -> headers.addAll(List.of(name, value)));
    HttpResponse<byte[]> answer;
    try {
      answer =
          registry.sendAs(
              AUTHORIZATIONS.getOrDefault(caller, ""),
              request.method(),
              ApiClient.API + encoded(request.target()),
              request.body().getBytes(ISO_8859_1),
              headers.toArray(String[]::new));
    } catch (HttpTimeoutException late) {
      return List.of("did not answer\n");
    } catch (AssertionError notAsDescribed) {
      return List.of(notAsDescribed.getMessage() + "\n");
    }
    STATUSES.merge(answer.statusCode() / 100, 1, Integer::sum);
    List<String> problems = new ArrayList<>();
    String body = new String(answer.body(), UTF_8);
    int status = answer.statusCode();
    boolean unreachable = status == 503 && body.contains("UNAVAILABLE");
    if (status >= 500 && !unreachable) {
      problems.add("answered " + status + "\n" + body + "\n");
    }
    // The import of people from a directory answers with a list of those that failed.
    boolean list = request.target().startsWith("/ldap/users/import") && body.startsWith("[");
    boolean silent = request.method().equals("HEAD") || list;
    if (status >= 400 && !silent && !isEnvelope(answer.body())) {
      problems.add("answered " + status + " without the envelope\n" + body + "\n");
    }
    if (answer.headers().firstValue("X-Injected").isPresent()) {
      problems.add("let a header in\n");
    }
    INNARDS.stream()
        .filter(each -> status >= 400 && body.contains(each))
        .forEach(each -> problems.add("shows " + each + "\n" + body + "\n"));
    return problems;
  }

  /** Java's client sends nothing else in a path. */
  private static String encoded(String target) {
    return UNSENDABLE
        .matcher(target)
        .replaceAll(found -> "%%%02x".formatted((int) found.group().charAt(0)));
  }

  /** {@code {"errors":[{"code":"...","message":"..."}]}}. */
  private static boolean isEnvelope(byte[] body) {
    try {
      JsonNode errors = new ObjectMapper().readTree(body).path("errors");
      return errors.size() == 1
          && !errors.get(0).path("code").asText().isEmpty()
          && !errors.get(0).path("message").asText().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }
}
