package dev.breakwater.http.api.label;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.label.LabelArtifacts;
import dev.breakwater.core.label.LabelService;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.Ids;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.repository.RepositoryPath;
import dev.breakwater.http.server.Exchange;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** {@code /labels}, and the labels of artifacts, in Harbor's shapes. */
public final class LabelOperations {
  private static final String ALL = "/api/v2.0/labels";
  private static final String ONE = ALL + "/{label_id}";
  private static final String OF_ARTIFACT =
      "/api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}"
          + "/labels";
  private static final int REFERENCE = 2;
  private static final int LABEL = 3;

  private final LabelService labels;
  private final LabelArtifacts artifacts;
  private final RepositoryPath places;
  private final JsonBodies bodies;

  public LabelOperations(
      LabelService labels, LabelArtifacts artifacts, ProjectReference projects, JsonBodies bodies) {
    this.labels = labels;
    this.artifacts = artifacts;
    this.places = new RepositoryPath(projects);
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", ALL, "ListLabels", this::list)
        .add("POST", ALL, "CreateLabel", this::create)
        .add("GET", ONE, "GetLabelByID", this::get)
        .add("PUT", ONE, "UpdateLabel", this::update)
        .add("DELETE", ONE, "DeleteLabel", this::delete)
        .add("POST", OF_ARTIFACT, "addLabel", this::add)
        .add("DELETE", OF_ARTIFACT + "/{label_id}", "removeLabel", this::remove);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange).and(Page.fuzzy(exchange, "name"));
    Optional<Long> project =
        LabelJson.project(
            exchange.parameter("scope").orElse(""),
            exchange
                .parameter("project_id")
                .filter(id -> !id.isEmpty())
                .map(id -> Ids.parse("project_id", id))
                .orElse(0L));
    return labels
        .list(exchange.caller(), project, request)
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(LabelJson::json).elements());
        });
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .flatMap(body ->
            labels.create(
                exchange.caller(),
                LabelJson.project(
                    Fields.text(body, "scope"), Fields.number(body, "project_id").orElse(0L)),
                LabelJson.text(body)))
        .flatMap(id -> {
          exchange.response().header("Location", ALL + "/" + id);
          return exchange.sendEmpty(201);
        });
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return labels
        .get(exchange.caller(), path.number(0))
        .flatMap(label -> ApiAnswers.json(exchange, 200, LabelJson.json(label)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = path.number(0);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .flatMap(body -> labels.update(exchange.caller(), id, LabelJson.text(body)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    return labels
        .delete(exchange.caller(), path.number(0))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> add(Exchange exchange, PathParameters path) {
    Reference reference = Reference.parse(path.get(REFERENCE));
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(LabelOperations::id)
        .flatMap(id ->
            places
                .of(exchange, path)
                .flatMap(place ->
                    artifacts.add(exchange.caller(), place.project(), place.name(), reference, id)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static long id(JsonValue body) {
    return Fields.number(body, "id")
        .orElseThrow(
            () -> new RegistryException(ErrorCode.BAD_REQUEST, "id must be the number of a label"));
  }

  private Mono<Void> remove(Exchange exchange, PathParameters path) {
    Reference reference = Reference.parse(path.get(REFERENCE));
    long id = path.number(LABEL);
    return places
        .of(exchange, path)
        .flatMap(place ->
            artifacts.remove(exchange.caller(), place.project(), place.name(), reference, id))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }
}
