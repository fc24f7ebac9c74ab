package dev.breakwater.http.api.repository;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.repository.RepositoryService;
import dev.breakwater.core.repository.RepositorySummary;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /repositories} and {@code /projects/{project_name}/repositories} in Harbor's shapes. */
public final class RepositoryOperations {
  private static final String ALL = "/api/v2.0/projects/{project_name}/repositories";
  private static final String ONE = ALL + "/{repository_name}";
  private static final int MAX_DESCRIPTION = 60_000;

  private final RepositoryService repositories;
  private final ProjectReference projects;
  private final RepositoryPath places;
  private final JsonBodies bodies;

  public RepositoryOperations(
      RepositoryService repositories, ProjectReference projects, JsonBodies bodies) {
    this.repositories = repositories;
    this.projects = projects;
    this.places = new RepositoryPath(projects);
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", "/api/v2.0/repositories", "listAllRepositories", this::everywhere)
        .add("GET", ALL, "listRepositories", this::list)
        .add("GET", ONE, "getRepository", this::get)
        .add("PUT", ONE, "updateRepository", this::update)
        .add("DELETE", ONE, "deleteRepository", this::delete);
  }

  private Mono<Void> everywhere(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    return repositories
        .everywhere(exchange.caller(), page.request(exchange))
        .flatMap(found -> send(exchange, page, found));
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    return projects
        .name(exchange, path.get(0))
        .flatMap(project -> repositories.ofProject(exchange.caller(), project, request))
        .flatMap(found -> send(exchange, page, found));
  }

  private static Mono<Void> send(Exchange exchange, Page page, Slice<RepositorySummary> found) {
    page.describe(exchange, found.total());
    return ApiAnswers.json(exchange, 200, found.map(RepositoryOperations::json).elements());
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return places
        .of(exchange, path)
        .flatMap(place -> repositories.get(exchange.caller(), place.project(), place.name()))
        .flatMap(repository -> ApiAnswers.json(exchange, 200, json(repository)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.LARGE)
        .map(RepositoryOperations::description)
        .flatMap(description ->
            places
                .of(exchange, path)
                .flatMap(place ->
                    repositories.describe(
                        exchange.caller(), place.project(), place.name(), description)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static String description(JsonValue body) {
    JsonValue value = body.get("description");
    String text =
        value.isAbsent()
            ? ""
            : value
                .text()
                .orElseThrow(() ->
                    new RegistryException(ErrorCode.BAD_REQUEST, "description must be a string"));
    if (text.length() > MAX_DESCRIPTION || text.indexOf(0) >= 0) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "description may have " + MAX_DESCRIPTION + " characters, and no NUL among them");
    }
    return text;
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    return places
        .of(exchange, path)
        .flatMap(place -> repositories.delete(exchange.caller(), place.project(), place.name()))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static Map<String, Object> json(RepositorySummary repository) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", repository.id());
    json.put("project_id", repository.projectId());
    json.put("name", repository.name());
    if (!repository.description().isEmpty()) {
      json.put("description", repository.description());
    }
    json.put("artifact_count", repository.artifactCount());
    json.put("pull_count", repository.pullCount());
    json.put("creation_time", ApiAnswers.time(repository.createdAt()));
    json.put("update_time", ApiAnswers.time(repository.updatedAt()));
    return json;
  }
}
