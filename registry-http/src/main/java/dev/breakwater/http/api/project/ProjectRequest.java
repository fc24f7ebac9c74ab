package dev.breakwater.http.api.project;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.project.MetadataItem;
import dev.breakwater.core.project.NewProject;
import dev.breakwater.core.project.ProjectMetadataService;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.http.api.Fields;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The body of a request to create or to change a project. What cannot be kept so far is refused if
 * it asks for anything: a list of exceptions that is silently not applied is worse than none.
 *
 * @param isPublic empty: not given
 * @param metadata everything else that was given, in the form in which it is kept
 */
record ProjectRequest(
    JsonValue body, Optional<Boolean> isPublic, Map<MetadataItem, String> metadata) {

  static ProjectRequest parse(JsonValue body) {
    refuse(body, "registry_id", "proxy caches are not possible so far; leave registry_id out");
    Optional<Boolean> before = Fields.flag(body, "public");
    Map<MetadataItem, String> metadata = metadata(body.get("metadata"));
    Optional<Boolean> isPublic =
        Optional.ofNullable(metadata.remove(MetadataItem.PUBLIC))
            .map(Boolean::parseBoolean)
            .or(() -> before);
    // They say nothing of a project that is no proxy cache.
    metadata.keySet().removeIf(MetadataItem::isOfProxyCache);
    return new ProjectRequest(body, isPublic, metadata);
  }

  /** The project to create. */
  NewProject project() {
    ProjectName name =
        ProjectName.parse(
            body.get("project_name")
                .text()
                .orElseThrow(() -> bad("project_name is missing, or is not a text")));
    return new NewProject(name, isPublic.orElse(false), metadata, storageLimit());
  }

  /** The allowlist; empty: not given. */
  Optional<JsonValue> allowlist() {
    JsonValue allowlist = body.get("cve_allowlist");
    if (!allowlist.isAbsent() && !allowlist.isObject()) {
      throw bad("cve_allowlist must be an object");
    }
    return Optional.of(allowlist).filter(JsonValue::isObject);
  }

  private long storageLimit() {
    JsonValue value = body.get("storage_limit");
    if (value.isAbsent()) {
      return NewProject.BY_DEFAULT;
    }
    long limit = value.wholeNumber().orElse(0);
    if (limit < NewProject.UNLIMITED || limit == 0) {
      throw bad("storage_limit must be -1 for no limit, or a number of bytes above 0");
    }
    return limit;
  }

  /** Items of a metadata object. */
  static Map<MetadataItem, String> metadata(JsonValue object) {
    if (!object.isAbsent() && !object.isObject()) {
      throw bad("metadata must be an object");
    }
    Map<MetadataItem, String> values = new EnumMap<>(MetadataItem.class);
    object
        .members()
        .forEach((name, value) -> {
          if (!value.isAbsent()) {
            MetadataItem item = ProjectMetadataService.settable(MetadataItem.parse(name));
            values.put(item, item.read(text(name, value)));
          }
        });
    return values;
  }

  private static String text(String name, JsonValue value) {
    return value.text().orElseThrow(() -> bad("metadata." + name + " must be a text"));
  }

  private static void refuse(JsonValue body, String field, String message) {
    JsonValue value = body.get(field);
    if (!value.isAbsent() && value.wholeNumber().orElse(1) != 0) {
      throw bad(message);
    }
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
