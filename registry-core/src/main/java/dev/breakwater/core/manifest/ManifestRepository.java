package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Reads the rows of manifests and of the tags that point to them. */
public interface ManifestRepository {
  /** The digest that the tag points to, empty when there is no such tag. */
  Mono<Digest> resolve(RepositoryName repository, Tag tag);

  /** Empty when the repository has no such manifest. */
  Mono<StoredManifest> find(RepositoryName repository, Digest digest);

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
