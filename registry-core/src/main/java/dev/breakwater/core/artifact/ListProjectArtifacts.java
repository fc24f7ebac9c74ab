package dev.breakwater.core.artifact;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import java.util.List;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Lists the artifacts of all repositories of a project. */
public final class ListProjectArtifacts {
  private static final Permission LIST = Permission.of(Resource.ARTIFACT, Verb.LIST);

  private final ArtifactRepository artifacts;
  private final Authorizer authorizer;

  public ListProjectArtifacts(ArtifactRepository artifacts, Authorizer authorizer) {
    this.artifacts = artifacts;
    this.authorizer = authorizer;
  }

  /** One page. */
  public Mono<Slice<Artifact>> list(
      Caller caller, Project project, boolean withTags, boolean latestOnly, ListRequest request) {
    return authorizer
        .require(caller, project, LIST)
        .then(Mono.defer(() -> artifacts.list(project.id(), latestOnly, request)))
        .flatMap(page -> withTags ? tagged(page) : Mono.just(page));
  }

  private Mono<Slice<Artifact>> tagged(Slice<Artifact> page) {
    if (page.elements().isEmpty()) {
      return Mono.just(page);
    }
    return artifacts
        .tags(page.elements().stream().map(Artifact::id).collect(Collectors.toSet()))
        .map(tags ->
            page.map(artifact -> artifact.with(tags.getOrDefault(artifact.id(), List.of()))));
  }
}
