package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.http.app.FuzzedOperation.Parameter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a right request to each operation is made of, in a registry that has one of each thing that
 * a path can name, and another one elsewhere.
 *
 * <p>In a body, {@code %n} stands for a number that was not there before, and a member with an
 * exclamation mark must not be missing.
 */
final class RightRequests {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String SELECTORS =
      """
      "tag_selectors!": [{"kind": "doublestar", "decoration": "matches", "pattern!": "t%n-*"}],
      "scope_selectors": {"repository":
        [{"kind": "doublestar", "decoration": "repoMatches", "pattern!": "**"}]}
      """;

  private static final String RULE =
      """
      {"action": "retain", "template!": "latestPushedK", "params": {"latestPushedK": 3},
      """
          + SELECTORS
          + "}";

  private static final String USER =
      """
      "email": "u%n@example.org", "realname": "Some One", "comment": "c"
      """;

  private static final String SCHEDULE = "{\"schedule!\": {\"type!\": \"Manual\"}, ";

  private static final String PURGE =
      "{\"audit_retention_hour!\": 24, \"include_event_types\": \"create_artifact\"}}";

  private static final Map<String, String> BODIES = new HashMap<>();

  static {
    String expiry = "{\"disabled\": false, \"expires_after!\": \"14d\", " + SELECTORS + "}";
    String immutable = "{\"disabled\": false, " + SELECTORS + "}";
    String federation =
        """
        {"name!": "f%n", "enabled": true, "issuer!": "https://issuer.example.org/%n",
         "audience!": "breakwater", "claims!": [{"claim!": "sub", "value!": "a", "match": "exact"}],
         "robot_id!": $system_robot}
        """;
    String robot =
        """
        "level!": "project", "duration": 30, "disable": false, "permissions!":
         [{"kind!": "project", "namespace!": "team",
           "access!": [{"resource!": "repository", "action!": "pull"}]}]}
        """;
    String retention =
        """
        {"algorithm!": "or", "rules": [%s],
         "trigger": {"kind!": "Schedule", "settings": {"cron": "0 0 0 1 1 *"}},
         "scope!": {"level!": "project", "ref!": $%s}}
        """;
    String collect =
        SCHEDULE
            + "\"parameters\": {\"delete_untagged\": false, \"dry_run\": true, \"workers\": 1}}";
    String purge = SCHEDULE + "\"parameters!\": " + PURGE;
    String group = "{\"group_name!\": \"g%n\"}";
    BODIES.put("updateConfigurations", "{\"read_only\": false, \"token_expiration\": 30}");
    BODIES.put("createFederation", federation);
    BODIES.put("updateFederation", federation);
    BODIES.put("actionPendingJobs", "{\"action!\": \"resume\"}");
    BODIES.put("CreateLabel", "{\"name!\": \"l%n\", \"scope!\": \"g\", \"color\": \"#FF0000\"}");
    BODIES.put("UpdateLabel", "{\"name!\": \"l%n\", \"description\": \"d\"}");
    BODIES.put("pingLdap", "{\"ldap_url\": \"ldap://127.0.0.1:1\", \"ldap_base_dn\": \"dc=a\"}");
    BODIES.put("importLdapUser", "{\"ldap_uid_list!\": [\"somebody\"]}");
    BODIES.put(
        "createProject",
        """
        {"project_name!": "p%n", "metadata": {"public": "true"}, "storage_limit": 1000000}
        """);
    BODIES.put("updateProject", "{\"metadata\": {\"public\": \"false\"}}");
    BODIES.put("createExpiryRule", expiry);
    BODIES.put("updateExpiryRule", expiry);
    BODIES.put("CreateImmuRule", immutable);
    BODIES.put("UpdateImmuRule", immutable);
    BODIES.put(
        "createProjectMember",
        "{\"role_id!\": 2, \"member_user!\": {\"username!\": \"$new_user\"}}");
    BODIES.put("updateProjectMember", "{\"role_id!\": 1}");
    BODIES.put("addProjectMetadatas", "{\"prevent_vul\": \"false\"}");
    BODIES.put("updateProjectMetadata", "{\"auto_scan\": \"true\"}");
    BODIES.put("updateRepository", "{\"description\": \"d\"}");
    BODIES.put("addLabel", "{\"id!\": $new_label}");
    BODIES.put("createTag", "{\"name!\": \"t%n\"}");
    BODIES.put("updateQuota", "{\"hard!\": {\"storage!\": 100000000}}");
    BODIES.put("createRetention", retention.formatted(RULE, "new_project"));
    BODIES.put("updateRetention", retention.formatted(RULE, "project"));
    BODIES.put("triggerRetentionExecution", "{\"dry_run\": true}");
    BODIES.put("operateRetentionExecution", "{\"action!\": \"stop\"}");
    BODIES.put("CreateRobot", "{\"name!\": \"r%n\", " + robot);
    BODIES.put("UpdateRobot", "{\"name\": \"$robot_name\", " + robot);
    BODIES.put("RefreshSec", "{\"secret\": \"Harbour12345\"}");
    BODIES.put("putSystemCVEAllowlist", "{\"items\": [{\"cve_id!\": \"CVE-2026-1234\"}]}");
    BODIES.put("createGCSchedule", collect);
    BODIES.put("updateGCSchedule", collect);
    BODIES.put("createPurgeSchedule", purge);
    BODIES.put("updatePurgeSchedule", purge);
    BODIES.put("createUserGroup", group.replace("}", ", \"group_type!\": 3}"));
    BODIES.put("updateUserGroup", group);
    BODIES.put(
        "createUser", "{\"username!\": \"u%n\", \"password!\": \"Harbour12345\"," + USER + "}");
    BODIES.put("updateUserProfile", "{" + USER + "}");
    BODIES.put("updateUserPassword", "{\"new_password!\": \"Harbour%n345\"}");
    BODIES.put("setUserSysAdmin", "{\"sysadmin_flag!\": false}");
    BODIES.put("pingOIDC", "{\"url!\": \"https://127.0.0.1:1\", \"verify_cert\": true}");
    BODIES.put("setCliSecret", "{\"secret!\": \"Harbour12345\"}");
  }

  private final RunningRegistry registry;
  private final ApiClient admin;
  private final Map<String, String> known = new HashMap<>();
  private final Map<String, String> foreign = new HashMap<>();
  private final AtomicInteger made = new AtomicInteger(1000);

  private RightRequests(RunningRegistry registry) {
    this.registry = registry;
    this.admin = ApiClient.admin(registry).ofApi();
  }

  static RightRequests prepare(RunningRegistry registry) throws Exception {
    RightRequests requests = new RightRequests(registry);
    requests.makeTeam();
    requests.makeSystemThings();
    requests.makeForeignThings();
    return requests;
  }

  private void makeTeam() throws Exception {
    long owner = admin.createUser("owner");
    known.put("user_id", "" + owner);
    known.put("project", "" + project("team"));
    for (String name : List.of("project_name", "project_name_or_id")) {
      known.put(name, "team");
    }
    known.put(
        "mid",
        id(
            "/projects/team/members",
            "{\"role_id\": 1, \"member_user\": {\"username\": \"owner\"}}"));
    TestImages images = new TestImages(registry);
    known.put("digest", images.image("team/app", "layer", "v1").toString());
    images.image("team/app", "another", "v1");
    images.image("team/app", "layer", "v1");
    known.put("repository_name", "app");
    known.put("reference", "v1");
    known.put("tag_name", "v1");
    known.put("addition", "build_history");
    known.put("from", "team/app:v1");
    known.put("tag", "v1");
    String history = "/projects/team/repositories/app/tag-history";
    known.put("meta_name", "auto_scan");
    admin.post("/projects/team/metadatas/", "{\"auto_scan\": \"false\"}").require(200);
    images.image("team/spare", "spare", "v1");
    known.put("moveArtifact.from", "team/spare:v1");
    known.put("change_id", "" + admin.get(history).json().elements().getFirst().get("id"));
    known.put("label_id", label("team"));
    known.put("immutable_rule_id", immutableRule("team"));
    known.put("rule_id", expiryRule("team"));
    known.put("robot_id", robot("r", "project", "team"));
    known.put(
        "robot_name",
        admin.get("/robots/" + known.get("robot_id")).json().get("name").text().orElseThrow());
    String retention = retention(known.get("project"));
    known.put("retention", retention);
    String executions = "/retentions/" + retention + "/executions";
    known.put("eid", id(executions, "{\"dry_run\": true}"));
    String tasks = executions + "/" + known.get("eid") + "/tasks";
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !admin.get(tasks).json().elements().isEmpty());
    known.put("tid", "" + admin.get(tasks).json().elements().getFirst().get("id"));
    known.put("blob", blobOfImage());
  }

  /** One that a manifest names. */
  private String blobOfImage() throws Exception {
    return registry.push("team/app", "layer".getBytes(UTF_8)).toString();
  }

  private void makeSystemThings() {
    known.put("system_robot", robot("s", "system", "team"));
    known.put(
        "federation_id", id("/federations", body("createFederation").orElseThrow().toString()));
    known.put("job_type", "all");
    known.put("pool_id", "all");
    known.put("job_id", "all");
    known.put("actionGetJobLog.job_id", known.get("tid"));
    known.put("CopyArtifact.repository_name", "copied");
    known.put("moveArtifact.repository_name", "moved");
    known.put("scope", "/project/" + known.get("project"));
    known.put(
        "gc_id", id("/system/gc/schedule", body("createGCSchedule").orElseThrow().toString()));
    known.put(
        "purge_id",
        id("/system/purgeaudit/schedule", body("createPurgeSchedule").orElseThrow().toString()));
    for (String log : List.of("gc/" + known.get("gc_id"), "purgeaudit/" + known.get("purge_id"))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              admin
                  .get("/system/" + log)
                  .json()
                  .get("job_status")
                  .text()
                  .equals(Optional.of("Success")));
    }
  }

  private void makeForeignThings() throws Exception {
    long project = project("foreign");
    Digest digest = new TestImages(registry).image("foreign/app", "foreign", "v1");
    foreign.put("digest", digest.toString());
    foreign.put("reference", digest.toString());
    foreign.put("rule_id", expiryRule("foreign"));
    foreign.put("immutable_rule_id", immutableRule("foreign"));
    admin.createUser("stranger");
    foreign.put(
        "mid",
        id(
            "/projects/foreign/members",
            "{\"role_id\": 1, \"member_user\": {\"username\": \"stranger\"}}"));
    foreign.put(
        "change_id",
        ""
            + admin
                .get("/projects/foreign/repositories/app/tag-history")
                .json()
                .elements()
                .getFirst()
                .get("id"));
    foreign.put("removeLabel.label_id", label("foreign"));
    String executions = "/retentions/" + retention("" + project) + "/executions";
    foreign.put("eid", id(executions, "{\"dry_run\": true}"));
    String tasks = executions + "/" + foreign.get("eid") + "/tasks";
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !admin.get(tasks).json().elements().isEmpty());
    foreign.put("tid", "" + admin.get(tasks).json().elements().getFirst().get("id"));
  }

  private long project(String name) {
    admin.post("/projects", "{\"project_name\": \"" + name + "\"}").require(201);
    return admin.projectId(name);
  }

  private String label(String project) {
    return id(
        "/labels",
        "{\"name\": \"l%d\", \"scope\": \"p\", \"project_id\": %d}"
            .formatted(made.incrementAndGet(), admin.projectId(project)));
  }

  private String immutableRule(String project) {
    return id(
        "/projects/" + project + "/immutabletagrules",
        body("CreateImmuRule").orElseThrow().toString());
  }

  private String expiryRule(String project) {
    return id(
        "/projects/" + project + "/expiry-rules",
        body("createExpiryRule").orElseThrow().toString());
  }

  private String robot(String name, String level, String project) {
    return admin
        .post(
            "/robots",
            """
            {"name": "%s", "level": "%s", "duration": -1, "permissions":
             [{"kind": "project", "namespace": "%s",
               "access": [{"resource": "repository", "action": "pull"}]}]}
            """
                .formatted(name, level, project))
        .require(201)
        .json()
        .get("id")
        .toString();
  }

  private String retention(String project) {
    known.put("new_project", project);
    String id = id("/retentions", body("createRetention").orElseThrow().toString());
    known.remove("new_project");
    return id;
  }

  private String id(String path, String body) {
    return "" + admin.post(path, body).require(201).id();
  }

  /** What stands for a parameter that must be there. */
  String value(FuzzedOperation operation, Parameter parameter) {
    String name =
        parameter.name().equals("id")
            ? operation.path().startsWith("/retentions") ? "retention" : "project"
            : parameter.name();
    if (name.equals("digest") && operation.path().contains("/blobs/")) {
      name = "blob";
    }
    String value = known.getOrDefault(operation.id() + "." + name, known.get(name));
    if (value == null) {
      return parameter.type().equals("integer") ? "1" : "a";
    }
    return value;
  }

  /** Of the same kind, but it belongs to something else than what the rest of the path names. */
  Optional<String> foreign(FuzzedOperation operation, Parameter parameter) {
    return Optional.ofNullable(
        foreign.getOrDefault(
            operation.id() + "." + parameter.name(), foreign.get(parameter.name())));
  }

  /** A right body, in which nothing was used before; empty: there is none. */
  Optional<JsonNode> body(String operation) {
    return marked(operation).map(RightRequests::unmarked);
  }

  /** The same, with the marks of members that must be there. */
  Optional<JsonNode> marked(String operation) {
    return Optional.ofNullable(BODIES.get(operation)).map(this::read);
  }

  private JsonNode read(String text) {
    String filled = text.replace("%n", "" + made.incrementAndGet());
    if (filled.contains("$new_user")) {
      String name = "new" + made.incrementAndGet();
      admin.createUser(name);
      filled = filled.replace("$new_user", name);
    }
    if (filled.contains("$new_label")) {
      filled = filled.replace("$new_label", label("team"));
    }
    if (filled.contains("$new_project") && !known.containsKey("new_project")) {
      filled = filled.replace("$new_project", "" + project("fresh" + made.incrementAndGet()));
    }
    for (Map.Entry<String, String> each : known.entrySet()) {
      filled = filled.replace("$" + each.getKey(), each.getValue());
    }
    try {
      return MAPPER.readTree(filled);
    } catch (java.io.IOException e) {
      throw new AssertionError(filled, e);
    }
  }

  /** Without the marks. */
  static JsonNode unmarked(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode plain = MAPPER.createObjectNode();
      object
          .properties()
          .forEach(each -> plain.set(each.getKey().replace("!", ""), unmarked(each.getValue())));
      return plain;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode plain = MAPPER.createArrayNode();
      array.forEach(each -> plain.add(unmarked(each)));
      return plain;
    }
    return node;
  }
}
