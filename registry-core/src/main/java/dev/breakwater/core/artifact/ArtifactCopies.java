package dev.breakwater.core.artifact;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Copies the rows of artifacts from one repository to another; no byte of a blob moves. */
public interface ArtifactCopies {
  /**
   * Locks an artifact with all that belongs to it, so that none of it goes before the transaction
   * ends: what an index names, and accessories, of those again.
   */
  Mono<Set<Long>> lock(Tx tx, long artifactId);

  /** The tags of an artifact and of all that belongs to it; without a lock. */
  Mono<List<OwnTag>> tagsOf(long artifactId);

  /**
   * Gives copies the labels that their originals have, but for those of another project.
   *
   * @param repositoryId where the copies are
   */
  Mono<Void> copyLabels(Tx tx, Set<Long> originalIds, long repositoryId, long projectId);

  /**
   * Copies locked artifacts of one repository; those that are there already stay as they are.
   *
   * @param target may be new
   * @param leasedUntil until when the blobs' new links stay in any case
   * @param promise what room was promised under
   * @return the number of the target's repository
   */
  Mono<Accounted<Long>> copy(
      Tx tx,
      Set<Long> lockedIds,
      RepositoryName target,
      long targetProjectId,
      Instant leasedUntil,
      UUID promise);

  /**
   * A tag of something that is copied.
   *
   * @param ofAccessory whether that is an accessory
   */
  record OwnTag(Digest digest, Tag tag, boolean ofAccessory) {}
}
