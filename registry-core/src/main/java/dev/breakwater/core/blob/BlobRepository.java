package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Mono;

/** The rows of blobs and of their links to repositories. A blob is readable only by a link. */
public interface BlobRepository {
  /** The size in bytes when the repository links the blob, else empty. */
  Mono<Long> findLinked(RepositoryName repository, Digest digest);

  /**
   * Makes a stored blob readable in the session's repository and ends the session, in one durable
   * transaction: blob row, repository row, link with lease, session row. Does nothing twice: a blob
   * or link that is there already stays, its lease is prolonged.
   */
  Mono<Void> commitUpload(UploadSession session, Digest digest, long size, Instant leasedUntil);

  /**
   * Links a blob of one repository to another one, durably.
   *
   * @param from must link the blob
   * @param projectId the project of {@code to}, for its row when it is new
   * @return the blob's size, empty when {@code from} does not link it
   */
  Mono<Long> mount(
      Digest digest, RepositoryName from, RepositoryName to, long projectId, Instant leasedUntil);

  /**
   * Repositories that link the blob, in no particular order.
   *
   * @param limit at most so many
   */
  Mono<List<RepositoryName>> linking(Digest digest, int limit);

  /** Removes the link unless a manifest of the repository names the blob. */
  Mono<Unlinked> unlink(RepositoryName repository, Digest digest);

  /** How {@link #unlink} ended. */
  sealed interface Unlinked {
    /** The link is gone. */
    record Done() implements Unlinked {}

    /** There was no such link. */
    record Unknown() implements Unlinked {}

    /** The link stays: this manifest of the repository names the blob. */
    record NamedBy(Digest manifest) implements Unlinked {}
  }
}
