package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What those learn of a private project who may not see it: the status, and nothing else. */
final class PrivateProjectTest {
  private static final String NAME = "undercover";
  private static final String MISSING = "999999";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static final Map<String, String> VARIABLES = new LinkedHashMap<>();

  private static ApiClient nobody;
  private static ApiClient stranger;

  @BeforeAll
  static void makeAProject() {
    ApiClient admin = REGISTRY.admin().ofApi();
    nobody = REGISTRY.anonymous().ofApi();
    admin.createUser("stranger");
    stranger = REGISTRY.as("stranger", ApiClient.USER_PASSWORD).ofApi();
    admin.post("/projects", "{\"project_name\": \"%s\"}".formatted(NAME)).require(201);
    long project = admin.projectId(NAME);
    VARIABLES.put("project", "" + project);
    VARIABLES.put("robot", made(admin, "/robots", robot(NAME)));
    VARIABLES.put("label", made(admin, "/labels", label(project)));
    VARIABLES.put("retention", made(admin, "/retentions", retention(project)));
  }

  private static String made(ApiClient admin, String path, String body) {
    return "" + admin.post(path, body).require(201).id();
  }

  private static String robot(String project) {
    return """
    {"name": "ci", "level": "project", "duration": -1, "permissions":
     [{"kind": "project", "namespace": "%s",
       "access": [{"resource": "repository", "action": "pull"}]}]}
    """
        .formatted(project);
  }

  private static String label(long project) {
    return "{\"name\": \"own\", \"scope\": \"p\", \"project_id\": %d}".formatted(project);
  }

  private static String retention(long project) {
    return "{\"algorithm\": \"or\", \"rules\": [], \"scope\": {\"level\": \"project\", \"ref\": %d}}"
        .formatted(project);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/projects/{project}",
        "DELETE|/projects/{project}",
        "GET|/projects/{project}/_deletable",
        "GET|/projects/{project}/summary",
        "GET|/projects/{project}/artifacts",
        "GET|/projects/{project}/members",
        "GET|/projects/{project}/members/1",
        "GET|/projects/{project}/metadatas/",
        "GET|/projects/{project}/immutabletagrules",
        "DELETE|/projects/{project}/immutabletagrules/1",
        "GET|/projects/{project}/expiry-rules",
        "GET|/robots?q=Level=project,ProjectID={project}",
        "GET|/robots/{robot}",
        "DELETE|/robots/{robot}",
        "GET|/labels?scope=p&project_id={project}",
        "GET|/labels/{label}",
        "DELETE|/labels/{label}",
        "GET|/retentions/{retention}",
        "DELETE|/retentions/{retention}",
        "GET|/retentions/{retention}/executions",
        "GET|/retentions/{retention}/executions/1/tasks",
        "GET|/quotas/{project}"
      })
  void isNamedToNobodyWhoMayNotSeeIt(String method, String path) {
    ApiAnswer known = nobody.send(method, fill(path), "", "");
    ApiAnswer missing = nobody.send(method, path.replaceAll("\\{\\w+}", MISSING), "", "");
    ApiAnswer stranged = stranger.send(method, fill(path), "", "");

    assertThat(known.status()).isEqualTo(401);
    assertThat(known.message())
        .as("whether it is there")
        .isEqualTo(missing.message().replace(MISSING, fill("{project}")));
    assertThat(stranged.status()).isEqualTo(403);
    assertThat(stranged.body()).doesNotContain(NAME);
  }

  @Test
  void doesNotTellByWhatIsAskedForWhetherItIsThere() {
    for (String body : new String[] {robot(NAME), robot("missing")}) {
      assertThat(nobody.post("/robots", body).status()).isEqualTo(401);
    }
    for (String body : new String[] {label(number("project")), label(Long.parseLong(MISSING))}) {
      assertThat(nobody.post("/labels", body).status()).isEqualTo(401);
    }
    assertThat(stranger.post("/robots", robot(NAME)).require(403).message()).doesNotContain(NAME);
    assertThat(stranger.post("/labels", label(number("project"))).require(403).body())
        .doesNotContain(NAME);
    assertThat(stranger.post("/retentions", retention(number("project"))).require(403).body())
        .doesNotContain(NAME);
  }

  private static long number(String variable) {
    return Long.parseLong(fill("{" + variable + "}"));
  }

  private static String fill(String template) {
    String text = template;
    for (Map.Entry<String, String> each : VARIABLES.entrySet()) {
      text = text.replace("{" + each.getKey() + "}", each.getValue());
    }
    return text;
  }
}
