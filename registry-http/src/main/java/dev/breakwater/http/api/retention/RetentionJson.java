package dev.breakwater.http.api.retention;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.Execution;
import dev.breakwater.core.job.JobStatus;
import dev.breakwater.core.job.Task;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.retention.RetentionPolicy;
import dev.breakwater.core.retention.RetentionRuleJson;
import dev.breakwater.core.retention.RetentionRuns.Forecast;
import dev.breakwater.core.retention.RetentionTasks;
import dev.breakwater.core.retention.Template;
import dev.breakwater.core.retention.Verdict;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.Fields;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Retention policies and their runs as JSON, with the members that Harbor's API has. */
final class RetentionJson {
  private static final String PROJECT = "project";
  private static final String SCHEDULE = "Schedule";

  private RetentionJson() {}

  /** The rules that are possible. */
  static Map<String, Object> metadata() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("templates", Arrays.stream(Template.values()).map(RetentionJson::json).toList());
    json.put("scope_selectors", List.of(selector("Repositories", "repoMatches", "repoExcludes")));
    json.put("tag_selectors", List.of(selector("Tags", "matches", "excludes")));
    return json;
  }

  private static Map<String, Object> json(Template template) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rule_template", template.label());
    json.put("display_text", template.description());
    json.put("action", "retain");
    json.put(
        "params",
        template.unit() == Template.Unit.NONE
            ? List.of()
            : List.of(Map.of("type", "int", "unit", template.unit().name(), "required", true)));
    return json;
  }

  private static Map<String, Object> selector(String text, String... decorations) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("display_text", text);
    json.put("kind", "doublestar");
    json.put("decorations", List.of(decorations));
    return json;
  }

  static Map<String, Object> json(RetentionPolicy policy) {
    Map<String, Object> trigger = new LinkedHashMap<>();
    trigger.put("kind", SCHEDULE);
    trigger.put("settings", Map.of("cron", policy.cron()));
    trigger.put("references", Map.of());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", policy.id());
    json.put("algorithm", "or");
    json.put("rules", RetentionRuleJson.write(policy.rules()));
    json.put("trigger", trigger);
    json.put("scope", Map.of("level", PROJECT, "ref", policy.projectId()));
    return json;
  }

  /**
   * @param id 0: a new one
   */
  static RetentionPolicy parse(JsonValue body, long id) {
    require("algorithm", Fields.text(body, "algorithm"), "or");
    JsonValue scope = Fields.object(body, "scope");
    require("the level of the scope", Fields.text(scope, "level"), PROJECT);
    long projectId = Fields.number(scope, "ref").orElse(0L);
    if (projectId <= 0) {
      throw bad("invalid Project id " + projectId + "; scope.ref must be the number of a project");
    }
    return new RetentionPolicy(
        id, projectId, RetentionRuleJson.parse(Fields.list(body, "rules")), cron(body));
  }

  /** Without a trigger, nothing begins by itself. */
  private static String cron(JsonValue body) {
    JsonValue trigger = Fields.object(body, "trigger");
    if (trigger.isAbsent()) {
      return "";
    }
    require("the kind of the trigger", Fields.text(trigger, "kind"), SCHEDULE);
    Fields.object(trigger, "references");
    return Fields.text(Fields.object(trigger, "settings"), "cron").strip();
  }

  private static void require(String what, String given, String expected) {
    if (!given.equalsIgnoreCase(expected)) {
      throw bad(what + " is '" + Printable.shorten(given) + "'; it must be " + expected);
    }
  }

  static Map<String, Object> json(Execution execution) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", execution.id());
    json.put("policy_id", execution.ownerId());
    json.put("start_time", ApiAnswers.time(execution.startedAt()));
    execution.endedAt().ifPresent(end -> json.put("end_time", ApiAnswers.time(end)));
    json.put("status", execution.status().label());
    json.put("trigger", execution.trigger().name());
    json.put("dry_run", RetentionTasks.isDryRun(execution.attributes()));
    return json;
  }

  static Map<String, Object> json(Task task) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", task.id());
    json.put("execution_id", task.executionId());
    json.put("repository", task.attributes().get("repository").text().orElse(""));
    json.put("job_id", Long.toString(task.id()));
    json.put("status", task.status().label());
    json.put("status_code", code(task.status()));
    json.put("status_revision", task.updatedAt().getEpochSecond());
    task.startedAt().ifPresent(start -> json.put("start_time", ApiAnswers.time(start)));
    task.endedAt().ifPresent(end -> json.put("end_time", ApiAnswers.time(end)));
    json.put("total", task.attributes().get("total").wholeNumber().orElse(0));
    json.put("retained", task.attributes().get("retained").wholeNumber().orElse(0));
    return json;
  }

  /** The later, the greater. */
  private static int code(JobStatus status) {
    return switch (status) {
      case PENDING -> 0;
      case SCHEDULED -> 1;
      case RUNNING -> 2;
      case STOPPED, ERROR, SUCCESS -> 3;
    };
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }

  static Map<String, Object> json(Verdict verdict) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("artifact_id", verdict.artifactId());
    json.put("digest", verdict.digest());
    json.put("tags", verdict.tags());
    json.put("outcome", verdict.outcome().name());
    json.put("reason", verdict.reason());
    return json;
  }

  static Map<String, Object> json(Forecast found) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", found.execution().status().label());
    json.put("artifacts", found.artifacts());
    json.put("retained", found.retained());
    json.put("bytes", found.bytes());
    return json;
  }
}
