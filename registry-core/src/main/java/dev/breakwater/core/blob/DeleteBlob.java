package dev.breakwater.core.blob;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * Takes a blob out of a repository (OCI distribution-spec, end-10). Only the link goes; the bytes
 * stay until garbage collection finds them without any link.
 */
public final class DeleteBlob {
  private static final Set<Action> DELETE = EnumSet.of(Action.DELETE);

  private final Authorizer authorizer;
  private final BlobRepository blobs;
  private final LinkCache links;

  public DeleteBlob(Authorizer authorizer, BlobRepository blobs, LinkCache links) {
    this.authorizer = authorizer;
    this.blobs = blobs;
    this.links = links;
  }

  public Mono<Void> delete(Caller caller, RepositoryName repository, Digest digest) {
    return authorizer
        .require(caller, repository, DELETE)
        .then(Mono.defer(() -> blobs.unlink(repository, digest)))
        .doOnTerminate(() -> links.forget(repository, digest))
        .flatMap(unlinked -> answer(unlinked, repository, digest))
        .then(links.spread(repository, digest));
  }

  private static Mono<Void> answer(
      BlobRepository.Unlinked unlinked, RepositoryName repository, Digest digest) {
    return switch (unlinked) {
      case BlobRepository.Unlinked.Done _ -> Mono.empty();
      case BlobRepository.Unlinked.Unknown _ ->
          Mono.error(
              new RegistryException(
                  ErrorCode.BLOB_UNKNOWN, "repository " + repository + " has no blob " + digest));
      case BlobRepository.Unlinked.NamedBy(Digest manifest) ->
          Mono.error(
              new RegistryException(
                  ErrorCode.UNSUPPORTED,
                  "blob "
                      + digest
                      + " is named by manifest "
                      + manifest
                      + " of "
                      + repository
                      + "; delete that manifest first"));
    };
  }
}
