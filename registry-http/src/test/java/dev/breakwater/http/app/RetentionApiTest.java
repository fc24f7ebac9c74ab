package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.json.JsonValue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RetentionApiTest {
  private static final String POLICY =
      """
      {"algorithm": "or",
       "rules": [
        {"action": "retain", "template": "latestPushedK", "params": {"latestPushedK": 1},
         "tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "v*",
          "extras": "{\\"untagged\\":false}"}],
         "scope_selectors": {"repository":
          [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "app/**"}]}}],
       "trigger": {"kind": "Schedule", "settings": {"cron": "%s"}, "references": {}},
       "scope": {"level": "project", "ref": %d}}
      """;

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static ApiClient alice;
  private static ApiClient mallory;
  private static TestImages images;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    images = new TestImages(registry);
    admin = ApiClient.admin(registry).ofApi();
    alice = admin.newUser("alice");
    mallory = admin.newUser("mallory");
  }

  @Test
  void deletesWhatNoRuleKeeps() throws Exception {
    long project = project("kept");
    for (int i = 1; i <= 3; i++) {
      images.image("kept/app/web", "layer " + i, "v" + i);
      images.image("kept/tool", "layer " + i, "v" + i);
    }
    String policy = create(POLICY.formatted("", project));

    String dry = run(policy, true);
    assertThat(log(dry)).contains("WOULD DEL").contains("[v1]: no rule keeps it");
    assertThat(alice.get("/projects/kept/repositories/app%252Fweb/artifacts").json().size())
        .isEqualTo(3);
    String execution = run(policy, false);

    assertThat(alice.get("/projects/kept/repositories/app%252Fweb/artifacts").json().size())
        .isEqualTo(1);
    assertThat(alice.get("/projects/kept/repositories/tool/artifacts").json().size()).isEqualTo(3);
    JsonValue task = alice.get(execution + "/tasks").json().elements().getFirst();
    assertThat(task.get("repository").text()).contains("app/web");
    assertThat(task.get("total").wholeNumber()).hasValue(3);
    assertThat(task.get("retained").wholeNumber()).hasValue(1);
    assertThat(log(execution)).contains("DEL").contains("1 of 3 artifacts stay");
    ApiAnswer executions = alice.get(policy + "/executions");
    assertThat(executions.texts("trigger")).containsExactly("MANUAL", "MANUAL");
    assertThat(executions.json().elements().getLast().get("dry_run").bool()).contains(true);
  }

  @Test
  void tellsOfEachArtifactWhatWasDecidedAndHowMuchWouldBeFreed() throws Exception {
    long project = project("forecast");
    images.image("forecast/app/web", "the oldest layer", "v1");
    images.image("forecast/app/web", "shared layer", "v2");
    images.image("forecast/app/api", "shared layer", "v1");
    images.image("forecast/app/web", "new layer", "v3");
    String policy = create(POLICY.formatted("", project));

    String dry = run(policy, true);

    JsonValue forecast = alice.get(dry + "/forecast").require(200).json();
    assertThat(forecast.get("status").text()).contains("Success");
    assertThat(forecast.get("artifacts").wholeNumber()).hasValue(4);
    assertThat(forecast.get("retained").wholeNumber()).hasValue(2);
    assertThat(forecast.get("bytes").wholeNumber())
        .as("all of v1, but of v2 what no other repository has")
        .hasValue(size("v1") + manifestSize("v2"));
    long task = taskOf(dry, "app/web");
    ApiAnswer verdicts = alice.get(dry + "/tasks/" + task + "/verdicts");
    assertThat(verdicts.header("X-Total-Count")).isEqualTo("3");
    assertThat(verdicts.texts("outcome")).containsExactly("RETAIN", "DEL", "DEL");
    assertThat(verdicts.texts("reason").getLast()).isEqualTo("no rule keeps it");
    assertThat(
            alice
                .get(dry + "/tasks/" + task + "/verdicts?q=outcome%3DDEL&page_size=1")
                .texts("outcome"))
        .containsExactly("DEL");
    assertThat(alice.get(dry + "/tasks/999999/verdicts").status()).isEqualTo(404);
    assertThat(mallory.get(dry + "/forecast").status()).isEqualTo(403);

    String earnest = run(policy, false);
    assertThat(
            alice
                .get(earnest + "/tasks/" + taskOf(earnest, "app/web") + "/verdicts")
                .texts("outcome"))
        .containsExactly("RETAIN", "DEL", "DEL");
  }

  private static long size(String tag) {
    return alice
        .get("/projects/forecast/repositories/app%252Fweb/artifacts/" + tag)
        .json()
        .get("size")
        .wholeNumber()
        .orElseThrow();
  }

  private static long manifestSize(String tag) throws Exception {
    return registry.send("GET", "/v2/forecast/app/web/manifests/" + tag, new byte[0]).body().length;
  }

  private static long taskOf(String execution, String repository) {
    return alice.get(execution + "/tasks").json().elements().stream()
        .filter(task -> task.get("repository").text().orElseThrow().equals(repository))
        .findFirst()
        .orElseThrow()
        .get("id")
        .wholeNumber()
        .orElseThrow();
  }

  @Test
  void endsTheScheduleOfADeletedProject() throws Exception {
    long project = project("ended");
    create(POLICY.formatted("0 0 0 1 1 *", project));
    long before = schedules();

    assertThat(alice.delete("/projects/ended").status()).isEqualTo(200);

    assertThat(schedules()).isEqualTo(before - 1);
  }

  private static long schedules() {
    return admin.get("/schedules?page_size=100").texts("vendor_type").stream()
        .filter("RETENTION"::equals)
        .count();
  }

  @Test
  void runsByItself() throws Exception {
    long project = project("scheduled");
    images.image("scheduled/app/web", "layer 1", "v1");
    images.image("scheduled/app/web", "layer 2", "v2");

    String policy = create(POLICY.formatted("* * * * * *", project));

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            alice.get("/projects/scheduled/repositories/app%252Fweb/artifacts").json().size() == 1);
    assertThat(alice.get(policy + "/executions").texts("trigger")).contains("SCHEDULE");
    assertThat(alice.put(policy, POLICY.formatted("", project)).status()).isEqualTo(200);
  }

  @Test
  void keepsOnePolicyForAProject() throws Exception {
    long project = project("single");
    String policy = create(POLICY.formatted("", project));

    ApiAnswer found = alice.get(policy);
    assertThat(found.json().get("algorithm").text()).contains("or");
    assertThat(found.json().get("scope").get("ref").wholeNumber()).hasValue(project);
    JsonValue rule = found.json().get("rules").elements().getFirst();
    assertThat(rule.get("params").get("latestPushedK").wholeNumber()).hasValue(1);
    assertThat(rule.get("tag_selectors").toString()).contains("untagged");
    assertThat(alice.get("/projects/single").json().get("metadata").get("retention_id").text())
        .contains(policy.substring(policy.lastIndexOf('/') + 1));
    assertThat(alice.post("/retentions", POLICY.formatted("", project)).status()).isEqualTo(400);
    assertThat(alice.put(policy, POLICY.formatted("0 0 0 * * *", project)).status()).isEqualTo(200);
    assertThat(alice.get(policy).json().get("trigger").get("settings").get("cron").text())
        .contains("0 0 0 * * *");

    assertThat(alice.delete(policy).status()).isEqualTo(200);
    assertThat(alice.get(policy).status()).isEqualTo(404);
    assertThat(alice.get("/projects/single").json().get("metadata").get("retention_id").isAbsent())
        .isTrue();
    create(POLICY.formatted("", project));
  }

  @Test
  void reachesNoPolicyOfAnotherProject() throws Exception {
    long project = project("hers");
    String policy = create(POLICY.formatted("", project));
    long other = project("his");
    String execution = run(policy, true);
    String foreign = create(POLICY.formatted("", other));

    assertThat(alice.put(foreign, POLICY.formatted("", project)).status()).isEqualTo(404);
    String number = execution.substring(execution.lastIndexOf('/') + 1);
    assertThat(alice.get(foreign + "/executions/" + number + "/tasks").status()).isEqualTo(404);
    assertThat(alice.get(policy + "/executions/" + number + "/tasks/999999").status())
        .isEqualTo(404);
    for (String path : List.of("", "/executions", "/executions/" + number + "/tasks")) {
      assertThat(mallory.get(policy + path).status()).isEqualTo(403);
      assertThat(ApiClient.anonymous(registry).ofApi().get(policy + path).status()).isEqualTo(401);
    }
    assertThat(mallory.put(policy, POLICY.formatted("", project)).status()).isEqualTo(403);
    assertThat(mallory.delete(policy).status()).isEqualTo(403);
    assertThat(mallory.post(policy + "/executions", "{}").status()).isEqualTo(403);
    assertThat(mallory.patch(policy + "/executions/" + number, "{\"action\":\"stop\"}").status())
        .isEqualTo(403);
    assertThat(mallory.post("/retentions", POLICY.formatted("", project)).status()).isEqualTo(403);
    assertThat(alice.patch(policy + "/executions/" + number, "{\"action\":\"go\"}").status())
        .isEqualTo(400);
    assertThat(alice.patch(policy + "/executions/" + number, "{\"action\":\"stop\"}").status())
        .isEqualTo(200);
  }

  @Test
  void showsWhichRulesArePossible() throws Exception {
    ApiAnswer metadata = alice.get("/retentions/metadatas");

    assertThat(metadata.json().get("templates").elements())
        .extracting(template -> template.get("rule_template").text().orElseThrow())
        .containsExactly(
            "latestPushedK",
            "latestPulledN",
            "nDaysSinceLastPush",
            "nDaysSinceLastPull",
            "always",
            "lastXDays",
            "latestActiveK",
            "nothing");
    assertThat(ApiClient.anonymous(registry).ofApi().get("/retentions/metadatas").status())
        .isEqualTo(401);
  }

  @Test
  void refusesWhatIsNoPolicy() throws Exception {
    long project = project("strict");
    String good = POLICY.formatted("", project);
    for (String body :
        List.of(
            "{}",
            "[]",
            good.replace("latestPushedK\",", "mostLovedK\","),
            good.replace("\"latestPushedK\": 1", "\"latestPushedK\": -1"),
            good.replace("\"latestPushedK\": 1", "\"latestPushedK\": \"1\""),
            good.replace("\"or\"", "\"and\""),
            good.replace("\"level\": \"project\"", "\"level\": \"system\""),
            good.replace("\"Schedule\"", "\"Event\""),
            good.replace("\"retain\"", "\"delete\""),
            good.replace("\"v*\"", "\"[\""),
            good.replace("\\\"untagged\\\":false", "x"),
            POLICY.formatted("every day", project),
            POLICY.formatted("0 0 0 31 2 *", project),
            POLICY.formatted("", 999999))) {
      ApiAnswer answer = alice.post("/retentions", body);
      assertThat(answer.status()).as(body + answer.body()).isEqualTo(400);
    }
    String rule = good.substring(good.indexOf("[\n") + 1, good.indexOf("]}}],") + 3);
    String twice = good.replace(rule, rule + "," + rule);
    assertThat(alice.post("/retentions", twice).status()).isEqualTo(409);
    assertThat(alice.get("/retentions/999999").status()).isEqualTo(404);
    assertThat(alice.get("/retentions/x").status()).isEqualTo(422);
  }

  private static String run(String policy, boolean dryRun) throws Exception {
    ApiAnswer started = alice.post(policy + "/executions", "{\"dry_run\":" + dryRun + "}");
    assertThat(started.status()).as(started.body()).isEqualTo(201);
    String execution = started.header("Location").replace("/api/v2.0", "");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            alice
                .get(policy + "/executions?page_size=1")
                .texts("status")
                .equals(List.of("Success")));
    return execution;
  }

  private static String log(String execution) throws Exception {
    JsonValue task = alice.get(execution + "/tasks").json().elements().getFirst();
    ApiAnswer log = alice.get(execution + "/tasks/" + task.get("id").wholeNumber().orElseThrow());
    assertThat(log.status()).isEqualTo(200);
    assertThat(log.header("Content-Type")).startsWith("text/plain");
    return log.body();
  }

  private static String create(String policy) throws Exception {
    ApiAnswer created = alice.post("/retentions", policy);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    return created.header("Location").replace("/api/v2.0", "");
  }

  private static long project(String name) throws Exception {
    ApiAnswer created = alice.post("/projects", "{\"project_name\":\"" + name + "\"}");
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    String location = created.header("Location");
    return Long.parseLong(location.substring(location.lastIndexOf('/') + 1));
  }
}
