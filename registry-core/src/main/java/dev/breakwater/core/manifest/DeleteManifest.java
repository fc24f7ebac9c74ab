package dev.breakwater.core.manifest;

import dev.breakwater.core.manifest.RemoveManifests.Actor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Deletes a tag, or a manifest with every tag that points to it (OCI distribution-spec, end-9). */
public final class DeleteManifest {
  private static final Set<Action> DELETE = EnumSet.of(Action.DELETE);

  private final Authorizer authorizer;
  private final RemoveManifests remove;

  public DeleteManifest(Authorizer authorizer, RemoveManifests remove) {
    this.authorizer = authorizer;
    this.remove = remove;
  }

  /**
   * @param condition what a tag must be before
   * @throws dev.breakwater.core.error.RegistryException (as error signal) MANIFEST_UNKNOWN;
   *     REFERENCED if an index names the manifest; PRECONDITION_FAILED if a tag is immutable or not
   *     as demanded
   */
  public Mono<Void> delete(
      Caller caller, RepositoryName repository, Reference reference, TagCondition condition) {
    return authorizer
        .require(caller, repository, DELETE)
        .flatMap(
            project -> delete(Actor.of(caller), project.id(), repository, reference, condition))
        .switchIfEmpty(Mono.error(() -> PullManifest.unknown(repository, reference)))
        .then();
  }

  private Mono<Boolean> delete(
      Actor actor,
      long projectId,
      RepositoryName repository,
      Reference reference,
      TagCondition condition) {
    return switch (reference) {
      case Reference.ByTag(Tag tag) ->
          remove.removeTag(actor, projectId, repository, tag, condition).map(_ -> true);
      case Reference.ByDigest(Digest digest) ->
          remove.remove(actor, repository, digest).map(_ -> true);
    };
  }
}
