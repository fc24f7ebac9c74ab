package dev.breakwater.core.blob;

import dev.breakwater.core.quota.Promise;
import java.time.Instant;
import java.util.List;
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
}
