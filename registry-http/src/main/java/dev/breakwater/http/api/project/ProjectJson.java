package dev.breakwater.http.api.project;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.allowlist.CveAllowlist;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.MetadataItem;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectDetails;
import dev.breakwater.core.project.ProjectSummary;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.allowlist.AllowlistJson;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A project as JSON, with the members that Harbor's API has. */
public final class ProjectJson {
  private ProjectJson() {}

  public static Map<String, Object> of(
      ProjectDetails details, CveAllowlist allowlist, Caller caller) {
    Map<String, Object> json = withoutAllowlist(details, caller);
    json.put("cve_allowlist", AllowlistJson.json(allowlist));
    return json;
  }

  /** As a search finds it. */
  public static Map<String, Object> withoutAllowlist(ProjectDetails details, Caller caller) {
    Map<String, Object> json = withoutDetails(details, caller);
    json.put("metadata", metadata(details));
    return json;
  }

  static Map<String, Object> withoutDetails(ProjectDetails details, Caller caller) {
    Project project = details.project();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("project_id", project.id());
    json.put("owner_id", project.ownerId());
    json.put("owner_name", project.ownerName());
    json.put("name", project.name().value());
    json.put("creation_time", ApiAnswers.time(project.createdAt()));
    json.put("update_time", ApiAnswers.time(project.updatedAt()));
    json.put("repo_count", project.repositoryCount());
    List<Role> roles = roles(details, caller);
    if (!roles.isEmpty()) {
      json.put("current_user_role_id", roles.getFirst().id());
      json.put("current_user_role_ids", roles.stream().map(Role::id).toList());
    }
    if (roles.contains(Role.PROJECT_ADMIN)) {
      json.put("togglable", true);
    }
    json.put("metadata", Map.of("public", Boolean.toString(project.isPublic())));
    return json;
  }

  /** The mightiest first; who administers the system is a project administrator everywhere. */
  private static List<Role> roles(ProjectDetails details, Caller caller) {
    Set<Role> held = EnumSet.noneOf(Role.class);
    held.addAll(details.roles());
    if (caller.principal().systemAdministrator()) {
      held.add(Role.PROJECT_ADMIN);
    }
    return new ArrayList<>(held);
  }

  static Map<String, String> metadata(ProjectDetails details) {
    Map<MetadataItem, String> all = new TreeMap<>(details.metadata());
    all.put(MetadataItem.PUBLIC, Boolean.toString(details.project().isPublic()));
    return metadata(all);
  }

  static Map<String, String> metadata(Map<MetadataItem, String> values) {
    Map<String, String> json = new LinkedHashMap<>();
    new TreeMap<>(values).forEach((item, value) -> json.put(item.label(), value));
    return json;
  }

  static Map<String, Object> of(ProjectSummary summary) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("repo_count", summary.repositories());
    summary
        .members()
        .ifPresent(members -> {
          json.put("project_admin_count", members.getOrDefault(Role.PROJECT_ADMIN, 0L));
          json.put("maintainer_count", members.getOrDefault(Role.MAINTAINER, 0L));
          json.put("developer_count", members.getOrDefault(Role.DEVELOPER, 0L));
          json.put("guest_count", members.getOrDefault(Role.GUEST, 0L));
          json.put("limited_guest_count", members.getOrDefault(Role.LIMITED_GUEST, 0L));
        });
    summary
        .storageLimit()
        .ifPresent(limit -> json.put("quota", Map.of("hard", Map.of("storage", limit))));
    return json;
  }
}
