package dev.breakwater.http.api.artifact;

import dev.breakwater.core.artifact.Artifact;
import dev.breakwater.core.artifact.ArtifactTag;
import dev.breakwater.core.artifact.ListProjectArtifacts;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Flags;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /projects/{project_name_or_id}/artifacts} in Harbor's shape. */
public final class ProjectArtifactOperations {
  private final ListProjectArtifacts artifacts;
  private final ProjectReference reference;

  public ProjectArtifactOperations(ListProjectArtifacts artifacts, ProjectReference reference) {
    this.artifacts = artifacts;
    this.reference = reference;
  }

  public void addTo(ApiRouter router) {
    router.add(
        "GET",
        "/api/v2.0/projects/{project_name_or_id}/artifacts",
        "listArtifactsOfProject",
        this::list);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    boolean withTags = Flags.parameter(exchange, "with_tag", true);
    boolean latestOnly = Flags.parameter(exchange, "latest_in_repository", false);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(
            project -> artifacts.list(exchange.caller(), project, withTags, latestOnly, request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(
              exchange, 200, found.map(artifact -> json(artifact, withTags)).elements());
        });
  }

  private static Map<String, Object> json(Artifact artifact, boolean withTags) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", artifact.id());
    json.put("type", artifact.type());
    json.put("media_type", artifact.configType());
    json.put("manifest_media_type", artifact.mediaType());
    json.put("artifact_type", artifact.configType());
    json.put("project_id", artifact.projectId());
    json.put("repository_id", artifact.repositoryId());
    json.put("repository_name", artifact.repositoryName());
    json.put("digest", artifact.digest());
    json.put("size", artifact.size());
    json.put("push_time", ApiAnswers.time(artifact.pushedAt()));
    if (withTags) {
      json.put("tags", artifact.tags().stream().map(ProjectArtifactOperations::json).toList());
    }
    return json;
  }

  private static Map<String, Object> json(ArtifactTag tag) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("repository_id", tag.repositoryId());
    json.put("artifact_id", tag.artifactId());
    json.put("name", tag.name());
    json.put("push_time", ApiAnswers.time(tag.pushedAt()));
    json.put("immutable", false);
    return json;
  }
}
