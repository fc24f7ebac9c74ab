package dev.breakwater.http.api.label;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.label.Label;
import dev.breakwater.core.label.LabelText;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Labels as JSON, with the members that Harbor's API has. */
public final class LabelJson {
  private LabelJson() {}

  public static Map<String, Object> json(Label label) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", label.id());
    json.put("name", label.text().name());
    json.put("description", label.text().description());
    json.put("color", label.text().color());
    json.put("scope", label.projectId().isPresent() ? "p" : "g");
    label.projectId().ifPresent(id -> json.put("project_id", id));
    json.put("creation_time", ApiAnswers.time(label.createdAt()));
    json.put("update_time", ApiAnswers.time(label.updatedAt()));
    return json;
  }

  static LabelText text(JsonValue body) {
    return new LabelText(
        Fields.text(body, "name"), Fields.text(body, "description"), Fields.text(body, "color"));
  }

  /**
   * The project that a scope means; empty: the system.
   *
   * @param projectId 0: none is named
   */
  static Optional<Long> project(String scope, long projectId) {
    return switch (scope) {
      case "g" -> Optional.empty();
      case "p" -> {
        if (projectId <= 0) {
          throw bad("project_id must be the number of a project when the scope is p");
        }
        yield Optional.of(projectId);
      }
      default ->
          throw bad(
              "invalid scope: '"
                  + Printable.shorten(scope)
                  + "'; it must be g (all projects) or p");
    };
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
