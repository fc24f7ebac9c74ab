package dev.breakwater.http.api.search;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.search.RepositoryMatch;
import dev.breakwater.core.search.Search;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.project.ProjectJson;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /search} in Harbor's shape. */
public final class SearchOperations {
  /** No name is longer. */
  private static final int MAX_LENGTH = 255;

  private final Search search;

  public SearchOperations(Search search) {
    this.search = search;
  }

  public void addTo(ApiRouter router) {
    router.add("GET", "/api/v2.0/search", "search", this::find);
  }

  private Mono<Void> find(Exchange exchange, PathParameters path) {
    String part = exchange.parameter("q").orElse("");
    if (part.length() > MAX_LENGTH) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "q has " + part.length() + " characters, max " + MAX_LENGTH);
    }
    return search
        .find(exchange.caller(), part)
        .flatMap(found -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put(
              "project",
              found.projects().stream()
                  .map(project -> ProjectJson.withoutAllowlist(project, exchange.caller()))
                  .toList());
          json.put(
              "repository", found.repositories().stream().map(SearchOperations::json).toList());
          return ApiAnswers.json(exchange, 200, json);
        });
  }

  private static Map<String, Object> json(RepositoryMatch repository) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("project_id", repository.projectId());
    json.put("project_name", repository.projectName());
    json.put("project_public", repository.publicProject());
    json.put("repository_name", repository.name());
    json.put("pull_count", repository.pullCount());
    json.put("artifact_count", repository.artifactCount());
    return json;
  }
}
