package dev.breakwater.core.explain;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Finds what keeps artifacts and blobs; at most {@value #MAX} of each kind. */
public interface ReasonRepository {
  int MAX = 100;

  /** The indexes that name an artifact. */
  Mono<List<Digest>> indexesOf(long artifactId);

  /** What an artifact belongs to; empty: to nothing that is here. */
  Mono<Digest> subjectOf(long artifactId);

  /** Until when a deleted artifact can be brought back; empty: it cannot. */
  Mono<Instant> restorableUntil(RepositoryName repository, Digest digest);

  /** Empty: the repository does not link the blob. */
  Mono<Link> link(RepositoryName repository, Digest blob);

  /** The manifests of the repository that name the blob. */
  Mono<List<Digest>> manifestsNaming(RepositoryName repository, Digest blob);

  /** The deleted ones that can be brought back. */
  Mono<List<Deleted>> deletedNaming(RepositoryName repository, Digest blob);

  /**
   * A blob in a repository.
   *
   * @param touchedUntil somebody is about to store it once more
   * @param others how many other repositories link it
   */
  record Link(Instant leasedUntil, Optional<Instant> touchedUntil, long others) {}

  /** A deleted manifest. */
  record Deleted(Digest digest, Instant restorableUntil) {}
}
