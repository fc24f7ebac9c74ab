package dev.breakwater.http.api.artifact;

import dev.breakwater.core.artifact.DeletedArtifact;
import dev.breakwater.core.artifact.DeletedRepository;
import dev.breakwater.core.artifact.TagChange;
import dev.breakwater.core.artifact.UndoChanges;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.repository.RepositoryPath;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** What tags did and what was deleted, and how it is taken back. */
public final class HistoryOperations {
  private static final String PROJECT = "/api/v2.0/projects/{project_name}";
  private static final String REPOSITORY = PROJECT + "/repositories/{repository_name}";
  private static final int ID = 2;

  private final UndoChanges changes;
  private final ProjectReference projects;
  private final RepositoryPath places;

  public HistoryOperations(UndoChanges changes, ProjectReference projects) {
    this.changes = changes;
    this.projects = projects;
    this.places = new RepositoryPath(projects);
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", REPOSITORY + "/tag-history", "listTagChanges", this::listChanges)
        .add("POST", REPOSITORY + "/tag-history/{change_id}/undo", "undoTagChange", this::undo)
        .add("GET", REPOSITORY + "/deleted-artifacts", "listDeletedArtifacts", this::listDeleted)
        .add(
            "POST",
            REPOSITORY + "/deleted-artifacts/{digest}/restoration",
            "restoreArtifact",
            this::restore)
        .add(
            "GET",
            PROJECT + "/deleted-repositories",
            "listDeletedRepositories",
            this::listDeletedRepositories)
        .add(
            "POST",
            PROJECT + "/deleted-repositories/{repository_name}/restoration",
            "restoreRepository",
            this::restoreRepository);
  }

  private Mono<Void> listChanges(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange).and(Page.exact(exchange, "tag"));
    return places
        .of(exchange, path)
        .flatMap(
            place -> changes.changes(exchange.caller(), place.project(), place.name(), request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(HistoryOperations::json).elements());
        });
  }

  private Mono<Void> undo(Exchange exchange, PathParameters path) {
    long id = path.number(ID);
    return places
        .of(exchange, path)
        .flatMap(place -> changes.undo(exchange.caller(), place.project(), place.name(), id))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> listDeleted(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    return places
        .of(exchange, path)
        .flatMap(
            place -> changes.deleted(exchange.caller(), place.project(), place.name(), request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(HistoryOperations::json).elements());
        });
  }

  private Mono<Void> restore(Exchange exchange, PathParameters path) {
    Digest digest = Digest.parse(path.get(ID));
    return places
        .of(exchange, path)
        .flatMap(place -> changes.restore(exchange.caller(), place.project(), place.name(), digest))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> listDeletedRepositories(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    return projects
        .name(exchange, path.get(0))
        .flatMap(project -> changes.deletedRepositories(exchange.caller(), project, request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(HistoryOperations::json).elements());
        });
  }

  private Mono<Void> restoreRepository(Exchange exchange, PathParameters path) {
    return places
        .of(exchange, path)
        .flatMap(
            place -> changes.restoreRepository(exchange.caller(), place.project(), place.name()))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static Map<String, Object> json(DeletedRepository repository) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", repository.id());
    json.put("name", repository.name());
    json.put("artifact_count", repository.artifacts());
    json.put("deleted_by", repository.deletedBy());
    json.put("deletion_time", ApiAnswers.time(repository.deletedAt()));
    json.put("restorable_until", ApiAnswers.time(repository.restorableUntil()));
    return json;
  }

  private static Map<String, Object> json(TagChange change) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", change.id());
    json.put("tag", change.tag().value());
    change.from().ifPresent(digest -> json.put("old_digest", digest.toString()));
    change.to().ifPresent(digest -> json.put("new_digest", digest.toString()));
    json.put("username", change.username());
    json.put("change_time", ApiAnswers.time(change.changedAt()));
    return json;
  }

  private static Map<String, Object> json(DeletedArtifact artifact) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", artifact.id());
    json.put("digest", artifact.digest());
    json.put("type", artifact.type());
    json.put("size", artifact.size());
    json.put("tags", artifact.tags());
    json.put("deleted_by", artifact.deletedBy());
    json.put("deletion_time", ApiAnswers.time(artifact.deletedAt()));
    json.put("restorable_until", ApiAnswers.time(artifact.restorableUntil()));
    return json;
  }
}
