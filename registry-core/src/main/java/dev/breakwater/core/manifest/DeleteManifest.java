package dev.breakwater.core.manifest;

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

/**
 * Deletes a tag, or a manifest with every tag that points to it (OCI distribution-spec, end-9).
 * What an index names, and what refers to the manifest, stays.
 */
public final class DeleteManifest {
  private static final Set<Action> DELETE = EnumSet.of(Action.DELETE);

  private final Authorizer authorizer;
  private final ManifestRepository manifests;
  private final ManifestCache cache;

  public DeleteManifest(Authorizer authorizer, ManifestRepository manifests, ManifestCache cache) {
    this.authorizer = authorizer;
    this.manifests = manifests;
    this.cache = cache;
  }

  /**
   * @throws dev.breakwater.core.error.RegistryException (as error signal) MANIFEST_UNKNOWN
   */
  public Mono<Void> delete(Caller caller, RepositoryName repository, Reference reference) {
    return authorizer
        .require(caller, repository, DELETE)
        .then(
            Mono.defer(() ->
                switch (reference) {
                  case Reference.ByTag(Tag tag) -> deleteTag(repository, tag);
                  case Reference.ByDigest(Digest digest) -> deleteManifest(repository, digest);
                }))
        .filter(deleted -> deleted)
        .switchIfEmpty(Mono.error(() -> PullManifest.unknown(repository, reference)))
        .then();
  }

  private Mono<Boolean> deleteTag(RepositoryName repository, Tag tag) {
    return manifests.deleteTag(repository, tag).doOnNext(_ -> cache.forget(repository, tag));
  }

  private Mono<Boolean> deleteManifest(RepositoryName repository, Digest digest) {
    return manifests
        .delete(repository, digest)
        .map(tags -> {
          tags.ifPresent(gone -> cache.forget(repository, digest, gone));
          return tags.isPresent();
        });
  }
}
