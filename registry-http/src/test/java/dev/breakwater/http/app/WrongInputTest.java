package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.http.app.FuzzedOperation.Parameter;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation of the description, asked by the administrator with one thing that is wrong in an
 * otherwise right request: missing, foreign, of the wrong type or absurd. Each is answered with a
 * 4xx in Harbor's envelope.
 */
final class WrongInputTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What cannot succeed here, for want of a directory, a provider or a scanner. */
  private static final Set<String> UNREACHABLE =
      Set.of(
          "importLdapUser", // no directory
          "searchLdapUser",
          "searchLdapGroup",
          "pingOIDC", // no provider
          "setCliSecret",
          "createUserGroup", // groups come from one of the two
          "updateUserGroup",
          "getUserGroup",
          "getIcon",
          "getCert", // there is none
          "getVulnerabilitiesAddition", // nothing is scanned
          "stopGC", // it has ended
          "stopPurge",
          "restoreArtifact", // nothing is deleted
          "restoreRepository",
          "moveArtifact", // what is moved is gone
          "undoTagChange"); // it was moved since

  /** What is accepted all the same, by {@code operation place}: why. */
  private static final Map<Pattern, String> ACCEPTED = new LinkedHashMap<>();

  static {
    accept(".* header X-(Request-Id|Accept-Vulnerabilities) .*", "any text is one");
    accept(
        "list(Artifacts|DeletedArtifacts|TagChanges) path repository_name is no-such-thing",
        "nothing is listed, as with Harbor");
    accept("updateUserPassword body /old_password is \".*", "an administrator needs none");
    accept("search query q is .*", "any text is searched for");
    accept("(Copy|move)Artifact path repository_name is no-such-thing", "it is made");
    accept(
        "[^ ]+ body .*/(id|creation_time|update_time|status|next_scheduled_time) is .*",
        "the server sets it");
    accept("UpdateLabel body /(scope|project_id) is .*", "a label stays where it is");
    accept("addLabel body /(name|description|color|scope|project_id) is .*", "the label is known");
    accept("updateProject body /(project_name|storage_limit) is .*", "not changed here");
    accept(
        "updateRepository body /(name|project_id|artifact_count|pull_count) is .*",
        "only the description is changed");
    accept("updateRepository body /description is \"aa.*", "it may be long");
    accept(
        "UpdateRobot body /(editable|expires_at|creator_type|creator_ref) is .*",
        "the server sets it");
    accept("(Create|Update)Robot body /secret is .*", "a secret has an operation of its own");
    accept("[^ ]+ body .*cve_allowlist/project_id is .*", "the path names the project");
    accept("putSystemCVEAllowlist body /project_id is .*", "it belongs to no project");
    accept(
        "(create|update)(GC|Purge)Schedule body /schedule!/cron is \".*",
        "only a schedule of its own times has one");
    accept("importLdapUser body /ldap_uid_list!/0 is \".*", "answers with a list, as Harbor does");
    accept(
        "updateConfigurations body /http_authproxy_server_certificate is \"aa.*", "it may be long");
  }

  @TempDir private static Path data;
  private static RunningRegistry registry;
  private static RightRequests right;

  @BeforeAll
  static void start() throws Exception {
    registry = RunningRegistry.start(data, Map.of());
    right = RightRequests.prepare(registry);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  private static void accept(String what, String reason) {
    ACCEPTED.put(Pattern.compile(what), reason);
  }

  @Test
  void refusesWhatIsWrongInAnOtherwiseRightRequest() throws Exception {
    List<String> problems = new ArrayList<>();

    for (FuzzedOperation operation : FuzzedOperation.all()) {
      // One for all: what is refused leaves nothing behind.
      Optional<JsonNode> body = right.marked(operation.id());
      parameters(operation, body, problems);
      bodies(operation, body, problems);
      requireSuccess(operation, body, problems);
    }

    assertThat(String.join("\n", problems)).isEmpty();
  }

  /** Else what was wrong was not the only thing, or something was left behind. */
  private static void requireSuccess(
      FuzzedOperation operation, Optional<JsonNode> body, List<String> problems) throws Exception {
    if (operation.method().equals("DELETE") || UNREACHABLE.contains(operation.id())) {
      return;
    }
    HttpResponse<byte[]> answer = send(new Sent(operation, body));
    if (answer.statusCode() >= 300) {
      problems.add(operation.id() + " right: " + told(answer));
    }
  }

  private static void parameters(
      FuzzedOperation operation, Optional<JsonNode> body, List<String> problems) throws Exception {
    for (Parameter parameter : operation.parameters()) {
      String place = " " + parameter.in() + " " + parameter.name();
      List<String> wrong =
          switch (parameter.in()) {
            case "path" -> new ArrayList<>(WrongValues.inPath(parameter.type()));
            case "header" ->
                List.of(parameter.type().equals("boolean") ? "maybe" : "a".repeat(5000));
            default -> WrongValues.inQuery(parameter.name(), parameter.type());
          };
      if (parameter.in().equals("path")) {
        right.foreign(operation, parameter).ifPresent(wrong::add);
      }
      for (String value : wrong) {
        require4xx(
            operation,
            place + " is " + value,
            new Sent(operation, body).with(parameter, value),
            problems);
      }
      if (parameter.required() && !parameter.in().equals("path")) {
        require4xx(
            operation,
            place + " is missing",
            new Sent(operation, body).without(parameter),
            problems);
      }
    }
  }

  private static void bodies(
      FuzzedOperation operation, Optional<JsonNode> right, List<String> problems) throws Exception {
    if (operation.schema().isMissingNode()) {
      return;
    }
    for (String body : WrongValues.bodies()) {
      if (operation.bodyRequired() || !body.isEmpty()) {
        require4xx(operation, " body is " + body, new Sent(operation, right).body(body), problems);
      }
    }
    Sent text = new Sent(operation, right);
    text.type = "text/plain";
    require4xx(operation, " body is text/plain", text, problems);
    JsonNode marked = right.orElseThrow(() -> new AssertionError(operation.id()));
    Map<String, UnaryOperator<JsonNode>> wrong = new TreeMap<>();
    WrongValues.inBody(marked, operation.schema(), wrong);
    for (Map.Entry<String, UnaryOperator<JsonNode>> each : wrong.entrySet()) {
      String name = operation.id() + " body " + each.getKey();
      if (!isAccepted(name)) {
        String body = each.getValue().apply(marked).toString();
        require4xx(
            operation, " body " + each.getKey(), new Sent(operation, right).body(body), problems);
      }
    }
  }

  private static boolean isAccepted(String name) {
    return ACCEPTED.keySet().stream().anyMatch(each -> each.matcher(name).matches());
  }

  private static void require4xx(
      FuzzedOperation operation, String what, Sent sent, List<String> problems) throws Exception {
    String name = operation.id() + shortened(what, 120);
    if (isAccepted(name)) {
      return;
    }
    HttpResponse<byte[]> answer;
    try {
      answer = send(sent);
    } catch (AssertionError | IOException notAsDescribed) {
      problems.add(name + ": " + notAsDescribed.getMessage());
      return;
    }
    boolean envelope = operation.method().equals("HEAD") || isEnvelope(answer.body());
    if (answer.statusCode() < 400 || answer.statusCode() > 499 || !envelope) {
      problems.add(name + ": " + told(answer));
    }
  }

  private static HttpResponse<byte[]> send(Sent sent) throws Exception {
    return registry.send(
        sent.operation.method(), ApiClient.API + sent.target(), sent.bytes(), sent.headers());
  }

  private static String told(HttpResponse<byte[]> answer) {
    return answer.statusCode() + " " + shortened(new String(answer.body(), UTF_8), 200);
  }

  private static String shortened(String text, int length) {
    return text.length() > length ? text.substring(0, length) + "..." : text;
  }

  /** {@code {"errors":[{"code":"...","message":"..."}]}}. */
  static boolean isEnvelope(byte[] body) {
    try {
      JsonNode errors = MAPPER.readTree(body).path("errors");
      return errors.size() == 1
          && !errors.get(0).path("code").asText().isEmpty()
          && !errors.get(0).path("message").asText().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /** A right request, until something is changed. */
  private static final class Sent {
    private final FuzzedOperation operation;
    private final Map<String, String> path = new LinkedHashMap<>();
    private final Map<String, String> query = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private String body;
    private String type = "application/json";

    /**
     * @param right the body, with its marks
     */
    Sent(FuzzedOperation operation, Optional<JsonNode> right) {
      this.operation = operation;
      for (Parameter parameter : operation.parameters()) {
        if (parameter.in().equals("path")) {
          path.put(parameter.name(), value(parameter));
        } else if (parameter.required() || operation.id().equals("ListLabels")) {
          addNeeded(parameter);
        }
      }
      body =
          operation.schema().isMissingNode()
              ? ""
              : right.map(RightRequests::unmarked).map(JsonNode::toString).orElse("");
    }

    private String value(Parameter parameter) {
      return WrongInputTest.right.value(operation, parameter);
    }

    private void addNeeded(Parameter parameter) {
      if (parameter.in().equals("query") && parameter.required()) {
        query.put(parameter.name(), value(parameter));
      }
      if (operation.id().equals("ListLabels")) {
        query.put("scope", "g");
      }
    }

    Sent with(Parameter parameter, String value) {
      switch (parameter.in()) {
        case "path" -> path.put(parameter.name(), value);
        case "header" -> headers.put(parameter.name(), value);
        default -> query.put(parameter.name(), value);
      }
      return this;
    }

    Sent without(Parameter parameter) {
      query.remove(parameter.name());
      return this;
    }

    Sent body(String text) {
      body = text;
      return this;
    }

    String target() {
      String target = operation.path();
      for (Map.Entry<String, String> variable : path.entrySet()) {
        target = target.replace("{" + variable.getKey() + "}", variable.getValue());
      }
      return query.isEmpty()
          ? target
          : target
              + query.entrySet().stream()
                  .map(each -> each.getKey() + "=" + encoded(each.getValue()))
                  .collect(Collectors.joining("&", "?", ""));
    }

    /** Java's client refuses these in a query; percent signs stay. */
    private static String encoded(String value) {
      return value.replace("[", "%5B").replace("{", "%7B").replace("~", "%7E");
    }

    byte[] bytes() {
      return body.getBytes(UTF_8);
    }

    String[] headers() {
      List<String> all = new ArrayList<>();
      headers.forEach((name, value) -> all.addAll(List.of(name, value)));
      if (!body.isEmpty()) {
        all.addAll(List.of("Content-Type", type));
      }
      return all.toArray(String[]::new);
    }
  }
}
