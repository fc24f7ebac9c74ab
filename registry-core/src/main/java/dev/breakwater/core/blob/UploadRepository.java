package dev.breakwater.core.blob;

import dev.breakwater.core.quota.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * The rows of upload sessions. They outlive the process but need not outlive the machine, so an
 * implementation may acknowledge before the row is on disk.
 */
public interface UploadRepository {
  Mono<Void> create(UploadSession session);

  /**
   * The same, and promises room to the upload: so many bytes, or what is left.
   *
   * @param until when the promise ends
   */
  Mono<Promise> create(UploadSession session, long bytes, Instant until);

  /** Empty when there is none. */
  Mono<UploadSession> find(UploadId id);

  /** Whether other replicas change these rows, too. */
  default boolean isShared() {
    return false;
  }

  /**
   * Makes the row of an upload again that is missing and that nobody here deleted.
   *
   * @return false when it may be that somebody else finished or deleted it
   */
  Mono<Boolean> restore(UploadSession session);

  /**
   * Moves the acknowledged offset, unless somebody else moved it.
   *
   * @return false when the session is gone or its offset is no longer {@code from}
   */
  Mono<Boolean> advance(UploadId id, long from, long to);

  /**
   * @return false when the session was gone already
   */
  Mono<Boolean> delete(UploadId id);

  /**
   * Sessions that nobody touched since, oldest first.
   *
   * @param limit at most so many, 1 to 1,000
   */
  Mono<List<UploadId>> untouchedSince(Instant instant, int limit);

  /** Says that these go on, whatever became of their rows otherwise. */
  Mono<Void> touch(Collection<UploadId> ids);

  /**
   * Lets one replica write to an upload, for a while.
   *
   * @param writer the replica
   * @param lease until it must be extended
   */
  default Mono<UploadClaim> claim(UploadId id, UUID writer, Duration lease) {
    return Mono.just(UploadClaim.UNNEEDED);
  }

  /**
   * Keeps a claim.
   *
   * @return false when it is not the replica's any more
   */
  default Mono<Boolean> extend(UploadId id, UUID writer, Duration lease) {
    return Mono.just(true);
  }

  /** Gives a claim back, if there is one. */
  default Mono<Void> release(UploadId id, UUID writer) {
    return Mono.empty();
  }
}
