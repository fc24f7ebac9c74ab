package dev.breakwater.http.api.artifact;

import dev.breakwater.core.artifact.Artifact;
import dev.breakwater.core.artifact.ArtifactAccessory;
import dev.breakwater.core.artifact.ArtifactTag;
import dev.breakwater.core.artifact.ChildReference;
import dev.breakwater.core.artifact.ReadAddition;
import dev.breakwater.core.artifact.ReadArtifacts.Wanted;
import dev.breakwater.core.icon.Icons;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.label.LabelJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Artifacts in Harbor's shapes. */
final class ArtifactJson {
  /** Go's zero time: what Harbor tells of an artifact that nobody pulled. */
  private static final String NEVER = "0001-01-01T00:00:00.000Z";

  private ArtifactJson() {}

  /** As in Harbor, an index that declares no type is of its own media type. */
  private static String artifactType(Artifact artifact) {
    return artifact.artifactType().isEmpty() ? artifact.configType() : artifact.artifactType();
  }

  static Map<String, Object> json(Artifact artifact, Wanted wanted) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", artifact.id());
    json.put("type", artifact.type());
    json.put("media_type", artifact.configType());
    json.put("manifest_media_type", artifact.mediaType());
    json.put("artifact_type", artifactType(artifact));
    json.put("project_id", artifact.projectId());
    json.put("repository_id", artifact.repositoryId());
    json.put("repository_name", artifact.repositoryName());
    json.put("digest", artifact.digest());
    json.put("size", artifact.size());
    json.put("icon", artifact.icon().orElseGet(() -> Icons.of(artifact.type()).toString()));
    json.put("push_time", ApiAnswers.time(artifact.pushedAt()));
    json.put("pull_time", artifact.pulledAt().map(ApiAnswers::time).orElse(NEVER));
    json.put("extra_attrs", parsed(artifact.extraAttributes()));
    json.put("annotations", parsed(artifact.annotations()));
    json.put(
        "references", artifact.details().references().stream().map(ArtifactJson::json).toList());
    if (wanted.tags()) {
      json.put("tags", artifact.details().tags().stream().map(ArtifactJson::json).toList());
    }
    if (wanted.accessories()) {
      json.put(
          "accessories",
          artifact.details().accessories().stream().map(ArtifactJson::json).toList());
    }
    if (wanted.inherited()) {
      json.put(
          "inherited_accessories",
          artifact.details().inherited().stream().map(ArtifactJson::json).toList());
    }
    if (wanted.labels()) {
      json.put("labels", artifact.details().labels().stream().map(LabelJson::json).toList());
    }
    json.put("addition_links", additions(artifact));
    return json;
  }

  static Map<String, Object> json(ArtifactTag tag) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", tag.id());
    json.put("repository_id", tag.repositoryId());
    json.put("artifact_id", tag.artifactId());
    json.put("name", tag.name());
    json.put("push_time", ApiAnswers.time(tag.pushedAt()));
    json.put("pull_time", tag.pulledAt().map(ApiAnswers::time).orElse(NEVER));
    json.put("immutable", tag.immutable());
    return json;
  }

  static Map<String, Object> json(ArtifactAccessory accessory) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", accessory.artifactId());
    json.put("artifact_id", accessory.artifactId());
    json.put("subject_artifact_id", accessory.subjectId());
    json.put("subject_artifact_digest", accessory.subjectDigest());
    json.put("subject_artifact_repo", accessory.repositoryName());
    json.put("size", accessory.size());
    json.put("digest", accessory.digest());
    json.put("type", accessory.type());
    json.put("icon", "");
    json.put("creation_time", ApiAnswers.time(accessory.createdAt()));
    return json;
  }

  private static Map<String, Object> json(ChildReference reference) {
    JsonValue descriptor = parsed(reference.descriptor());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("parent_id", reference.parentId());
    json.put("child_id", reference.childId());
    json.put("child_digest", reference.digest());
    for (String member : List.of("platform", "annotations", "urls")) {
      if (!descriptor.get(member).isAbsent()) {
        json.put(member, descriptor.get(member));
      }
    }
    return json;
  }

  private static JsonValue parsed(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, Object> additions(Artifact artifact) {
    Map<String, Object> links = new LinkedHashMap<>();
    String base = path(artifact) + "/additions/";
    for (String addition : ReadAddition.of(artifact)) {
      links.put(addition, Map.of("href", base + addition, "absolute", false));
    }
    return links;
  }

  /** Where an artifact is read; slashes in the repository's name are encoded twice. */
  static String path(Artifact artifact) {
    String name = artifact.repositoryName();
    int slash = name.indexOf('/');
    return "/api/v2.0/projects/"
        + name.substring(0, slash)
        + "/repositories/"
        + encoded(encoded(name.substring(slash + 1)))
        + "/artifacts/"
        + artifact.digest();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
