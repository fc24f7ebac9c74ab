package dev.breakwater.http.api.project;

import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.http.api.ApiAnswers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A project as JSON, with the members that Harbor's API has. */
final class ProjectJson {
  private static final int PROJECT_ADMINISTRATOR = 1;

  /** The time that stands for none. */
  private static final String NEVER = "0001-01-01T00:00:00.000Z";

  private ProjectJson() {}

  static Map<String, Object> of(Project project, Caller caller) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("project_id", project.id());
    json.put("owner_id", project.ownerId());
    json.put("owner_name", project.ownerName());
    json.put("name", project.name().value());
    json.put("creation_time", ApiAnswers.time(project.createdAt()));
    json.put("update_time", ApiAnswers.time(project.updatedAt()));
    json.put("repo_count", project.repositoryCount());
    if (caller.principal().systemAdministrator()) {
      json.put("current_user_role_id", PROJECT_ADMINISTRATOR);
      json.put("current_user_role_ids", List.of(PROJECT_ADMINISTRATOR));
      json.put("togglable", true);
    }
    json.put("metadata", Map.of("public", Boolean.toString(project.isPublic())));
    json.put("cve_allowlist", emptyAllowlist(project));
    return json;
  }

  private static Map<String, Object> emptyAllowlist(Project project) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", project.id());
    json.put("project_id", project.id());
    json.put("items", List.of());
    json.put("creation_time", NEVER);
    json.put("update_time", NEVER);
    return json;
  }
}
