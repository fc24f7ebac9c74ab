package dev.breakwater.http.api.explain;

import dev.breakwater.core.explain.ExplainArtifact;
import dev.breakwater.core.explain.ExplainBlob;
import dev.breakwater.core.explain.Explanation;
import dev.breakwater.core.explain.Reason;
import dev.breakwater.core.gc.Estimate;
import dev.breakwater.core.gc.GarbageOptions;
import dev.breakwater.core.gc.PreviewGarbage;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Flags;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.repository.RepositoryPath;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Why artifacts and blobs are there still, and what garbage collection would free. */
public final class ExplainOperations {
  private static final String REPOSITORY =
      "/api/v2.0/projects/{project_name}/repositories/{repository_name}";
  private static final int REFERENCE = 2;

  private final ExplainArtifact artifacts;
  private final ExplainBlob blobs;
  private final PreviewGarbage garbage;
  private final RepositoryPath places;

  public ExplainOperations(
      ExplainArtifact artifacts,
      ExplainBlob blobs,
      PreviewGarbage garbage,
      ProjectReference projects) {
    this.artifacts = artifacts;
    this.blobs = blobs;
    this.garbage = garbage;
    this.places = new RepositoryPath(projects);
  }

  public void addTo(ApiRouter router) {
    router
        .add(
            "GET",
            REPOSITORY + "/artifacts/{reference}/reasons",
            "getArtifactReasons",
            this::artifact)
        .add("GET", REPOSITORY + "/blobs/{digest}/reasons", "getBlobReasons", this::blob)
        .add("GET", "/api/v2.0/system/gc/preview", "previewGC", this::preview);
  }

  private Mono<Void> artifact(Exchange exchange, PathParameters path) {
    Reference reference = Reference.parse(path.get(REFERENCE));
    return places
        .of(exchange, path)
        .flatMap(
            place -> artifacts.explain(exchange.caller(), place.project(), place.name(), reference))
        .flatMap(found -> ApiAnswers.json(exchange, 200, json(found)));
  }

  private Mono<Void> blob(Exchange exchange, PathParameters path) {
    Digest digest = Digest.parse(path.get(REFERENCE));
    return places
        .of(exchange, path)
        .flatMap(place -> blobs.explain(exchange.caller(), place.project(), place.name(), digest))
        .flatMap(found -> ApiAnswers.json(exchange, 200, json(found)));
  }

  private Mono<Void> preview(Exchange exchange, PathParameters path) {
    GarbageOptions options =
        new GarbageOptions(
            Flags.parameter(exchange, "delete_untagged", false),
            Flags.parameter(exchange, "purge_deleted", false),
            true,
            1);
    return garbage
        .preview(exchange.caller(), options)
        .flatMap(found -> ApiAnswers.json(exchange, 200, json(found)));
  }

  private static Map<String, Object> json(Explanation found) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("digest", found.digest());
    json.put("present", found.present());
    found.expiresAt().ifPresent(end -> json.put("expires_at", ApiAnswers.time(end)));
    json.put("reasons", found.reasons().stream().map(ExplainOperations::json).toList());
    json.put("undecided_rules", found.undecided());
    return json;
  }

  private static Map<String, Object> json(Reason reason) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", reason.kind().label());
    json.put("name", reason.name());
    json.put("description", reason.description());
    reason.until().ifPresent(end -> json.put("until", ApiAnswers.time(end)));
    return json;
  }

  private static Map<String, Object> json(Estimate found) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("artifacts", found.manifests());
    json.put("blobs", found.blobs());
    json.put("bytes", found.bytes());
    json.put("complete", found.complete());
    return json;
  }
}
