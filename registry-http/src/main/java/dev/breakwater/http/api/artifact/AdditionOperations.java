package dev.breakwater.http.api.artifact;

import dev.breakwater.core.artifact.ReadAddition;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.repository.RepositoryPath;
import dev.breakwater.http.server.Exchange;
import java.util.Map;
import reactor.core.publisher.Mono;

/** What can be read of an artifact beside itself, in Harbor's shapes. */
public final class AdditionOperations {
  private static final String ADDITIONS =
      "/api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}"
          + "/additions/";
  private static final int REFERENCE = 2;
  private static final int ADDITION = 3;

  private final ReadAddition additions;
  private final RepositoryPath places;

  public AdditionOperations(ReadAddition additions, ProjectReference projects) {
    this.additions = additions;
    this.places = new RepositoryPath(projects);
  }

  public void addTo(ApiRouter router) {
    router
        .add(
            "GET",
            ADDITIONS + "vulnerabilities",
            "getVulnerabilitiesAddition",
            this::vulnerabilities)
        .add("GET", ADDITIONS + "{addition}", "getAddition", this::get);
  }

  /** No artifact was scanned yet: there is a report of no kind. */
  private Mono<Void> vulnerabilities(Exchange exchange, PathParameters path) {
    Reference reference = Reference.parse(path.get(REFERENCE));
    return places
        .of(exchange, path)
        .flatMap(place ->
            additions.artifact(exchange.caller(), place.project(), place.name(), reference))
        .flatMap(_ -> ApiAnswers.json(exchange, 200, Map.of()));
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    Reference reference = Reference.parse(path.get(REFERENCE));
    return places
        .of(exchange, path)
        .flatMap(place ->
            additions.read(
                exchange.caller(), place.project(), place.name(), reference, path.get(ADDITION)))
        .flatMap(addition -> {
          exchange.response().header("X-Content-Type-Options", "nosniff");
          return exchange.sendBytes(200, addition.contentType(), addition.content());
        });
  }
}
