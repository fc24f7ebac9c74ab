package dev.breakwater.core.gc;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The rows of what is garbage, or may be. Every list comes from an index of candidates. */
public interface GarbageRepository {
  /**
   * Artifacts without a tag, of one repository.
   *
   * @param pushedBefore younger ones may be about to get a tag
   * @param after where the batch before ended; 0: from the beginning
   */
  Mono<Batch> untagged(Instant pushedBefore, Position after, int limit);

  /**
   * Artifacts that wanted to be deleted by now, of one repository.
   *
   * @param after where the batch before ended: what could not be deleted is still there
   */
  Mono<ExpiredBatch> expired(Instant now, Position after, int limit);

  /**
   * Lets artifacts that end by a rule end later.
   *
   * @param ends the new end by the number of the artifact; empty: never
   */
  Mono<Void> postpone(Map<Long, Optional<Instant>> ends);

  /**
   * Forgets deleted artifacts for good.
   *
   * @param restorableUntil those that can be brought back no longer than this
   * @return how many
   */
  Mono<Integer> purgeDeleted(Tx tx, Instant restorableUntil, int limit);

  /** Forgets old changes of tags; how many. */
  Mono<Integer> purgeTagChanges(Instant before, int limit);

  /**
   * Looks at links whose lease ran out or whose manifests are gone: unlinks blobs that nothing
   * names, whether now or among what can be brought back.
   *
   * @return how many links were looked at; 0: there are no more
   */
  Mono<Integer> reviewLinks(Tx tx, Instant now, int limit);

  /**
   * Forgets deleted repositories of which nothing can be brought back any more.
   *
   * @return how many were looked at; 0: there are no more
   */
  Mono<Integer> purgeRepositories(Tx tx, int limit);

  /**
   * Locks blobs that no repository links. Those that are linked again, or about to be stored once
   * more, are no candidates any longer.
   *
   * @param condemnedBefore not those that became candidates after this
   */
  Mono<Condemned> lockCondemned(Tx tx, Instant condemnedBefore, Instant now, int limit);

  /** Deletes the rows of locked blobs whose files are gone. */
  Mono<Void> forget(Tx tx, Collection<Long> blobIds);

  /**
   * What a run would delete now.
   *
   * @param spared expired artifacts that it would not
   * @param forgets whether what it deletes cannot be brought back, so that its bytes go at once
   * @param limit looks at so many candidates of each kind at most
   */
  Mono<Estimate> estimate(
      GarbageOptions options,
      Instant pushedBefore,
      Instant now,
      Collection<Long> spared,
      boolean forgets,
      int limit);

  /**
   * Where a list is.
   *
   * @param manifestId the last one
   */
  record Position(long repositoryId, long manifestId) {
    public static final Position START = new Position(0, 0);
  }

  /** Manifests of one repository; none: the end. */
  record Batch(
      Optional<RepositoryName> repository,
      long repositoryId,
      long projectId,
      List<Long> manifestIds) {
    public Batch {
      manifestIds = List.copyOf(manifestIds);
    }

    /** Where the next one begins. */
    Position end() {
      return new Position(repositoryId, manifestIds.getLast());
    }
  }

  /** Expired artifacts of one repository; none: the end. */
  record ExpiredBatch(
      RepositoryName repository, long repositoryId, long projectId, List<Expired> artifacts) {
    public ExpiredBatch {
      artifacts = List.copyOf(artifacts);
    }

    Batch whole() {
      return only(artifacts);
    }

    /** With these alone. */
    Batch only(List<Expired> some) {
      return new Batch(
          Optional.of(repository),
          repositoryId,
          projectId,
          some.stream().map(Expired::id).toList());
    }
  }

  /**
   * An artifact that wanted to be deleted.
   *
   * @param byRule whether a rule of the project said so
   * @param tags that point to it, and since when
   */
  record Expired(long id, boolean byRule, Map<Tag, Instant> tags) {
    public Expired {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * @param candidates how many were looked at; 0: there are no more
   */
  record Condemned(int candidates, List<Blob> blobs) {
    public Condemned {
      blobs = List.copyOf(blobs);
    }
  }

  /** A blob that is to be deleted. */
  record Blob(long id, Digest digest, long size) {}
}
