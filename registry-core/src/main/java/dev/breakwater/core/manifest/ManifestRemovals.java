package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Takes manifests and tags away. */
public interface ManifestRemovals {
  /** The number of a manifest; empty: there is none. */
  Mono<Located> locate(Tx tx, RepositoryName repository, Digest digest);

  /**
   * Locks manifests with all that goes with them: their accessories, and of indexes the children
   * that have neither a tag nor another index. The next statement sees what was waited for.
   *
   * @return those that are there
   */
  Mono<Set<Long>> lock(Tx tx, long repositoryId, Collection<Long> manifestIds);

  /** The locked manifests, with what keeps them. */
  Mono<List<Doomed>> inspect(Tx tx, long repositoryId, Set<Long> lockedIds);

  /**
   * Deletes locked manifests with the tags that point to them.
   *
   * @param deletion those that went by the same one come back together
   * @param restorableUntil how long they can be brought back; empty: never
   */
  Mono<Void> remove(
      Tx tx,
      Located repository,
      Set<Long> lockedIds,
      String username,
      UUID deletion,
      Optional<Instant> restorableUntil);

  /**
   * Tags of a repository in the order of their names.
   *
   * @param after only those behind it, empty: from the first
   * @param limit at most so many
   */
  Mono<List<Tag>> tags(long repositoryId, String after, int limit);

  /**
   * Deletes a tag that was {@link ManifestPushes#lock locked}; the manifest stays.
   *
   * @return what it pointed to; empty: there is no such tag
   */
  Mono<Digest> removeTag(Tx tx, RepositoryName repository, Tag tag, String username);

  /**
   * A manifest that is to be deleted.
   *
   * @param pushedAt when it was pushed; one without a tag: the last time
   * @param tags that point to it
   * @param named whether an index names it that is not to be deleted
   */
  record Doomed(long id, Digest digest, Instant pushedAt, List<Tag> tags, boolean named) {
    public Doomed {
      tags = List.copyOf(tags);
    }
  }

  /**
   * @param id of the manifest, 0 where only the repository is meant
   */
  record Located(long id, long repositoryId, long projectId) {}
}
