package dev.breakwater.core.repository;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The rows of repositories. */
public interface RepositoryCatalog {
  /**
   * One page, in byte order, of the names of repositories that hold at least one manifest.
   *
   * @param after only names behind this text
   * @param limit at most so many, 0 or more
   */
  Mono<List<String>> list(Optional<String> after, int limit);

  /**
   * One page, usually the one first that was pushed to last. Fields: id, name, description,
   * pull_count, creation_time, update_time.
   */
  Mono<Slice<RepositorySummary>> list(RepositoryScope scope, ListRequest request);

  /** Empty: there is none. One that was deleted and can be brought back has its number still. */
  Mono<Long> idOf(RepositoryName name);

  /** Empty: there is none. */
  Mono<RepositorySummary> find(RepositoryName name);

  /**
   * @return false: there is no such repository
   */
  Mono<Boolean> describe(Tx tx, RepositoryName name, String description);

  /**
   * Notes that a repository is about to be deleted, so that whoever goes on after an interruption
   * deletes by the same.
   *
   * @param proposed by what its artifacts are to go, unless somebody has begun before
   * @return by what they go; empty: there is no such repository
   */
  Mono<UUID> beginDeletion(Tx tx, long repositoryId, UUID proposed);

  /** Some manifests of the repository, at most {@code limit}. */
  Mono<List<Long>> manifests(long repositoryId, int limit);

  /**
   * Deletes a repository that has no manifests left, with its links; their blobs are collected
   * later, what was pushed to it and not named by a manifest is gone. It is kept, though nobody
   * sees it, as long as something of it can be brought back.
   *
   * @param deletion by what its artifacts went
   * @return false: there is none, or manifests are there again
   */
  Mono<Boolean> delete(Tx tx, long repositoryId, String username, UUID deletion);
}
