package dev.breakwater.http.api.project;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.project.MetadataItem;
import dev.breakwater.core.project.ProjectMetadataService;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.server.Exchange;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /projects/{project_name_or_id}/metadatas} in Harbor's shapes. */
public final class ProjectMetadataOperations {
  private static final String ALL = "/api/v2.0/projects/{project_name_or_id}/metadatas";
  private static final String ONE = ALL + "/{meta_name}";

  private final ProjectMetadataService metadata;
  private final ProjectReference reference;
  private final JsonBodies bodies;

  public ProjectMetadataOperations(
      ProjectMetadataService metadata, ProjectReference reference, JsonBodies bodies) {
    this.metadata = metadata;
    this.reference = reference;
    this.bodies = bodies;
  }

  /** The list is described with a slash at its end. */
  public void addTo(ApiRouter router) {
    router
        .add("GET", ALL + "/", "listProjectMetadatas", this::list)
        .add("POST", ALL + "/", "addProjectMetadatas", this::add)
        .add("GET", ONE, "getProjectMetadata", this::get)
        .add("PUT", ONE, "updateProjectMetadata", this::update)
        .add("DELETE", ONE, "deleteProjectMetadata", this::delete);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> metadata.list(exchange.caller(), project))
        .flatMap(values -> ApiAnswers.json(exchange, 200, ProjectJson.metadata(values)));
  }

  private Mono<Void> add(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(ProjectMetadataOperations::single)
        .flatMap(item ->
            reference
                .nameOrId(exchange, path.get(0))
                .flatMap(project ->
                    metadata.add(exchange.caller(), project, item.getKey(), item.getValue())))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    MetadataItem item = item(path);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> metadata.get(exchange.caller(), project, item))
        .flatMap(value -> ApiAnswers.json(exchange, 200, Map.of(item.label(), value)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    MetadataItem item = item(path);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body -> value(item, body))
        .flatMap(value ->
            reference
                .nameOrId(exchange, path.get(0))
                .flatMap(project -> metadata.update(exchange.caller(), project, item, value)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    MetadataItem item = item(path);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> metadata.delete(exchange.caller(), project, item))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  /** A name that is none is a thing that is not there. */
  private static MetadataItem item(PathParameters path) {
    return MetadataItem.find(path.get(1))
        .orElseThrow(
            () -> new RegistryException(ErrorCode.NOT_FOUND, "there is no such metadata item"));
  }

  private static Map.Entry<MetadataItem, String> single(JsonValue body) {
    if (body.size() != 1) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "only allow one key/value pair");
    }
    Map<MetadataItem, String> values = ProjectRequest.metadata(body);
    if (values.isEmpty()) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "the value is missing");
    }
    return values.entrySet().iterator().next();
  }

  private static String value(MetadataItem item, JsonValue body) {
    Map.Entry<MetadataItem, String> given = single(body);
    if (given.getKey() != item) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "the body must have " + item.label() + ", as the path");
    }
    return given.getValue();
  }
}
