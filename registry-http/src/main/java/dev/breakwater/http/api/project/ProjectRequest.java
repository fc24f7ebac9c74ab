package dev.breakwater.http.api.project;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.project.ProjectName;
import java.util.Map;
import java.util.Set;

/**
 * The body of a request to create a project. What cannot be kept so far is refused if it asks for
 * anything: a policy that is silently not applied is worse than none.
 */
record ProjectRequest(ProjectName name, boolean isPublic) {
  private static final Set<String> NOTHING = Set.of("", "false", "-1", "0");

  /** These say how something else behaves that is off anyway. */
  private static final Set<String> HARMLESS = Set.of("severity", "reuse_sys_cve_allowlist");

  static ProjectRequest parse(JsonValue body) {
    ProjectName name =
        ProjectName.parse(
            body.get("project_name")
                .text()
                .orElseThrow(() -> bad("project_name is missing, or is not a text")));
    requireNothing("registry_id", body.get("registry_id"));
    requireNothing("storage_limit", body.get("storage_limit"));
    boolean isPublic = body.get("public").bool().orElse(false);
    for (Map.Entry<String, JsonValue> entry : body.get("metadata").members().entrySet()) {
      if (entry.getKey().equals("public")) {
        isPublic = flag(entry.getValue());
      } else if (!HARMLESS.contains(entry.getKey())) {
        requireNothing("metadata." + entry.getKey(), entry.getValue());
      }
    }
    return new ProjectRequest(name, isPublic);
  }

  private static boolean flag(JsonValue value) {
    return switch (value.text().orElse("")) {
      case "true" -> true;
      case "false", "" -> false;
      default -> throw bad("metadata.public must be \"true\" or \"false\"");
    };
  }

  private static void requireNothing(String field, JsonValue value) {
    boolean nothing =
        value.isAbsent()
            || value.text().map(NOTHING::contains).orElse(false)
            || value.wholeNumber().orElse(1) <= 0;
    if (!nothing) {
      throw bad(field + " is not possible so far; leave it out");
    }
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
