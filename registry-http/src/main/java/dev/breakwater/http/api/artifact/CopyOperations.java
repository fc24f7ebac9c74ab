package dev.breakwater.http.api.artifact;

import dev.breakwater.core.artifact.CopyArtifact;
import dev.breakwater.core.artifact.MoveArtifact;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.repository.RepositoryPath;
import dev.breakwater.http.server.Exchange;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Copies artifacts into a repository, as Harbor does, and moves them. */
public final class CopyOperations {
  private static final String REPOSITORY =
      "/api/v2.0/projects/{project_name}/repositories/{repository_name}";

  private final CopyArtifact copy;
  private final MoveArtifact move;
  private final ProjectReference projects;
  private final RepositoryPath places;

  public CopyOperations(CopyArtifact copy, MoveArtifact move, ProjectReference projects) {
    this.copy = copy;
    this.move = move;
    this.projects = projects;
    this.places = new RepositoryPath(projects);
  }

  public void addTo(ApiRouter router) {
    router
        .add("POST", REPOSITORY + "/artifacts", "CopyArtifact", this::copy)
        .add("POST", REPOSITORY + "/moved-artifacts", "moveArtifact", this::move);
  }

  private Mono<Void> copy(Exchange exchange, PathParameters path) {
    Source source = source(exchange);
    return places
        .of(exchange, path)
        .flatMap(place ->
            projects
                .name(exchange, source.repository().project())
                .flatMap(from ->
                    copy.copy(
                        exchange.caller(),
                        from,
                        source.repository(),
                        source.reference(),
                        place.project(),
                        place.name(),
                        source.tags())))
        .flatMap(digest -> created(exchange, path, digest));
  }

  private Mono<Void> move(Exchange exchange, PathParameters path) {
    Source source = source(exchange);
    return places
        .of(exchange, path)
        .flatMap(place ->
            projects
                .name(exchange, source.repository().project())
                .flatMap(from ->
                    move.move(
                        exchange.caller(),
                        from,
                        source.repository(),
                        source.reference(),
                        place.project(),
                        place.name())))
        .flatMap(digest -> created(exchange, path, digest));
  }

  private static Mono<Void> created(Exchange exchange, PathParameters path, Digest digest) {
    String here = ApiRouter.withoutSlash(exchange.path());
    exchange
        .response()
        .header("Location", here.substring(0, here.lastIndexOf('/')) + "/artifacts/" + digest);
    return exchange.sendEmpty(201);
  }

  /** {@code project/repository:tag} or {@code project/repository@digest}. */
  private static Source source(Exchange exchange) {
    String from = exchange.parameter("from").orElse("");
    int at = from.indexOf('@');
    int split = at >= 0 ? at : from.lastIndexOf(':');
    if (split <= 0) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "from is '"
              + Printable.shorten(from)
              + "'; it must be PROJECT/REPOSITORY:TAG or PROJECT/REPOSITORY@DIGEST");
    }
    return new Source(
        RepositoryName.parse(from.substring(0, split)),
        Reference.parse(from.substring(split + 1)),
        exchange.parameter("tags").map(CopyOperations::tags));
  }

  /** {@code a,b}; an empty text is none. */
  private static List<Tag> tags(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(tag -> !tag.isEmpty())
        .map(Tag::parse)
        .distinct()
        .toList();
  }

  private record Source(RepositoryName repository, Reference reference, Optional<List<Tag>> tags) {}
}
