package dev.breakwater.http.api.artifact;

import dev.breakwater.core.artifact.Artifact;
import dev.breakwater.core.artifact.ChangeArtifacts;
import dev.breakwater.core.artifact.ReadArtifacts;
import dev.breakwater.core.artifact.ReadArtifacts.Wanted;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Flags;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.repository.RepositoryPath;
import dev.breakwater.http.api.repository.RepositoryPath.Place;
import dev.breakwater.http.server.Exchange;
import java.util.List;
import reactor.core.publisher.Mono;

/** Artifacts, their tags and their accessories in Harbor's shapes. */
public final class ArtifactOperations {
  /** Of scanners, which are still to come, and of what Harbor had before accessories. */
  private static final List<String> UNUSED =
      List.of("with_scan_overview", "with_sbom_overview", "with_signature");

  private static final String ALL =
      "/api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts";
  private static final String ONE = ALL + "/{reference}";
  private static final int REFERENCE = 2;
  private static final int TAG = 3;

  private final ReadArtifacts artifacts;
  private final ChangeArtifacts changes;
  private final ProjectReference projects;
  private final RepositoryPath places;
  private final JsonBodies bodies;

  public ArtifactOperations(
      ReadArtifacts artifacts,
      ChangeArtifacts changes,
      ProjectReference projects,
      JsonBodies bodies) {
    this.artifacts = artifacts;
    this.changes = changes;
    this.projects = projects;
    this.places = new RepositoryPath(projects);
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add(
            "GET",
            "/api/v2.0/projects/{project_name_or_id}/artifacts",
            "listArtifactsOfProject",
            this::listOfProject)
        .add("GET", ALL, "listArtifacts", this::list)
        .add("GET", ONE, "getArtifact", this::get)
        .add("DELETE", ONE, "deleteArtifact", this::delete)
        .add("GET", ONE + "/tags", "listTags", this::listTags)
        .add("POST", ONE + "/tags", "createTag", this::createTag)
        .add("DELETE", ONE + "/tags/{tag_name}", "deleteTag", this::deleteTag)
        .add("GET", ONE + "/accessories", "listAccessories", this::listAccessories);
  }

  private Mono<Void> listOfProject(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    Wanted wanted = wanted(exchange);
    boolean latestOnly = Flags.parameter(exchange, "latest_in_repository", false);
    return projects
        .nameOrId(exchange, path.get(0))
        .flatMap(
            project -> artifacts.ofProject(exchange.caller(), project, latestOnly, wanted, request))
        .flatMap(found -> send(exchange, page, wanted, found));
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    Wanted wanted = wanted(exchange);
    return places
        .of(exchange, path)
        .flatMap(place ->
            artifacts.ofRepository(
                exchange.caller(), place.project(), place.name(), wanted, request))
        .flatMap(found -> send(exchange, page, wanted, found));
  }

  private static Mono<Void> send(
      Exchange exchange, Page page, Wanted wanted, Slice<Artifact> found) {
    page.describe(exchange, found.total());
    return ApiAnswers.json(
        exchange, 200, found.map(artifact -> ArtifactJson.json(artifact, wanted)).elements());
  }

  /** It takes the parameters of a page, as with Harbor, and has no use for them. */
  private Mono<Void> get(Exchange exchange, PathParameters path) {
    Page.of(exchange);
    Wanted wanted = wanted(exchange);
    Reference reference = reference(path);
    return places
        .of(exchange, path)
        .flatMap(place ->
            artifacts.get(exchange.caller(), place.project(), place.name(), reference, wanted))
        .flatMap(found -> ApiAnswers.json(exchange, 200, ArtifactJson.json(found, wanted)));
  }

  private static Wanted wanted(Exchange exchange) {
    UNUSED.forEach(name -> Flags.parameter(exchange, name, false));
    return new Wanted(
        Flags.parameter(exchange, "with_tag", true),
        Flags.parameter(exchange, "with_immutable_status", false),
        Flags.parameter(exchange, "with_accessory", false),
        Flags.parameter(exchange, "with_inherited_accessory", false),
        Flags.parameter(exchange, "with_label", false));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    Reference reference = reference(path);
    return places
        .of(exchange, path)
        .flatMap(
            place -> changes.delete(exchange.caller(), place.project(), place.name(), reference))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> listTags(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    Reference reference = reference(path);
    boolean immutable = Flags.parameter(exchange, "with_immutable_status", false);
    return places
        .of(exchange, path)
        .flatMap(place ->
            artifacts.tags(
                exchange.caller(), place.project(), place.name(), reference, immutable, request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(ArtifactJson::json).elements());
        });
  }

  private Mono<Void> createTag(Exchange exchange, PathParameters path) {
    Reference reference = reference(path);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(ArtifactOperations::newTag)
        .flatMap(tag ->
            places
                .of(exchange, path)
                .flatMap(place -> createTag(exchange, path, place, reference, tag)));
  }

  private Mono<Void> createTag(
      Exchange exchange, PathParameters path, Place place, Reference reference, Tag tag) {
    return changes
        .addTag(exchange.caller(), place.project(), place.name(), reference, tag)
        .then(
            Mono.defer(() -> {
              exchange
                  .response()
                  .header("Location", ApiRouter.withoutSlash(exchange.path()) + "/" + tag);
              return exchange.sendEmpty(201);
            }));
  }

  private static Tag newTag(JsonValue body) {
    return Tag.parse(
        body.get("name")
            .text()
            .orElseThrow(() ->
                new RegistryException(
                    ErrorCode.BAD_REQUEST, "the body must be {\"name\": \"TAG\"}")));
  }

  private Mono<Void> deleteTag(Exchange exchange, PathParameters path) {
    Reference reference = reference(path);
    Tag tag = Tag.parse(path.get(TAG));
    return places
        .of(exchange, path)
        .flatMap(place ->
            changes.removeTag(exchange.caller(), place.project(), place.name(), reference, tag))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> listAccessories(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    Reference reference = reference(path);
    return places
        .of(exchange, path)
        .flatMap(place ->
            artifacts.accessories(
                exchange.caller(), place.project(), place.name(), reference, request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(ArtifactJson::json).elements());
        });
  }

  private static Reference reference(PathParameters path) {
    return Reference.parse(path.get(REFERENCE));
  }
}
