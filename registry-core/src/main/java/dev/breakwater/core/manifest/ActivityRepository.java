package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Adds up what was pulled and pushed, many at a time. */
public interface ActivityRepository {
  /**
   * Counts pulls and notes their times, as far as that is wanted; of what is gone meanwhile nothing
   * is kept.
   */
  Mono<Void> pulled(Tx tx, Collection<Pulls> pulls, PullRules rules, Instant at);

  /** Notes when repositories were pushed to. */
  Mono<Void> pushed(Tx tx, Collection<RepositoryName> repositories, Instant at);

  /**
   * Pulls of one manifest.
   *
   * @param tag by which it was pulled, if by one
   */
  record Pulls(RepositoryName repository, Digest digest, Optional<Tag> tag, long count) {}
}
