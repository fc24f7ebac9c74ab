package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The rows of manifests, of what they name, and of the tags that point to them. */
public interface ManifestRepository {
  /** The digest that the tag points to, empty when there is no such tag. */
  Mono<Digest> resolve(RepositoryName repository, Tag tag);

  /** Empty when the repository has no such manifest. */
  Mono<StoredManifest> find(RepositoryName repository, Digest digest);

  /**
   * Stores the manifest and moves the tags in one durable transaction, or changes nothing.
   *
   * <p>Every blob that is not {@link dev.breakwater.core.oci.Descriptor#remote remote} must be
   * linked by the repository, and every child must be a manifest or a linked blob of the repository
   * (unless {@link NewManifest#sparse}); they cannot be removed before the transaction ends. A
   * manifest that is there already stays as it is; the tags move all the same.
   *
   * @return what is missing; empty when the manifest was stored
   */
  Mono<List<Digest>> store(NewManifest manifest);

  /**
   * Deletes the manifest and every tag that points to it.
   *
   * @return the tags that went, or empty when there is no such manifest
   */
  Mono<Optional<List<Tag>>> delete(RepositoryName repository, Digest digest);

  /**
   * @return false when there is no such tag
   */
  Mono<Boolean> deleteTag(RepositoryName repository, Tag tag);

  /**
   * One page of the manifests that name {@code subject}, ordered by digest.
   *
   * @param artifactTypes only these; all when empty
   * @param after the last digest of the page before
   * @param limit at most so many, 1 to 1,001
   */
  Mono<List<Referrer>> referrers(
      RepositoryName repository,
      Digest subject,
      List<String> artifactTypes,
      Optional<Digest> after,
      int limit);
}
