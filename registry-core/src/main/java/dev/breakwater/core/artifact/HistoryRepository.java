package dev.breakwater.core.artifact;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The rows of what tags did and of what was deleted. */
public interface HistoryRepository {
  /** One page of the changes of tags, the latest first. Fields: id, tag, username, changed_at. */
  Mono<Slice<TagChange>> changes(long repositoryId, ListRequest request);

  /** A change of a tag of the repository; empty: there is none, or not any more. */
  Mono<TagChange> find(long repositoryId, long id);

  /**
   * One page of what can be brought back, the latest first. Fields: id, digest, type, deleted_at.
   */
  Mono<Slice<DeletedArtifact>> deleted(long repositoryId, ListRequest request);

  /** By what an artifact went the last time; empty: it cannot be brought back (any more). */
  Mono<UUID> deletionOf(long repositoryId, Digest digest);

  /**
   * One page of the repositories of a project that can be brought back, the latest first. Fields:
   * id, name, deleted_at.
   */
  Mono<Slice<DeletedRepository>> deletedRepositories(long projectId, ListRequest request);

  /** Empty: there is no such repository that can be brought back. */
  Mono<DeletedRepository> findDeleted(RepositoryName name);

  /**
   * Brings back what went together, and the repository if it went, too. Tags that are there again
   * meanwhile stay as they are; labels that are gone and an end that is over do not come back.
   *
   * @param promise what room was promised under
   * @return empty: there is nothing to bring back
   */
  Mono<Accounted<Restored>> restore(
      Tx tx, long repositoryId, long projectId, UUID deletion, String username, UUID promise);

  /**
   * @param digests what is back
   * @param unsettled manifests whose tags and indexes are to be noted of
   */
  record Restored(List<Digest> digests, List<Tag> tags, Set<Long> unsettled) {
    public Restored {
      digests = List.copyOf(digests);
      tags = List.copyOf(tags);
      unsettled = Set.copyOf(unsettled);
    }
  }
}
