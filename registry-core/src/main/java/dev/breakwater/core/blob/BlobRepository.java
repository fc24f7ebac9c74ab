package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.quota.MoreRoomNeeded;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The rows of blobs and of their links to repositories. A blob is readable only by a link. */
public interface BlobRepository {
  /** The blob when the repository links it, else empty. */
  Mono<LinkedBlob> findLinked(RepositoryName repository, Digest digest);

  /**
   * Prolongs the lease of a link, durably.
   *
   * @return false: the link is gone meanwhile
   */
  Mono<Boolean> renewLease(RepositoryName repository, Digest digest, Instant leasedUntil);

  /**
   * Keeps garbage collection from deleting the blob's file: it is about to be stored once more.
   * Waits if it is being deleted at this moment. It need not outlive the database server.
   */
  Mono<Void> protect(Digest digest, Instant until);

  /**
   * Makes a stored blob readable in the session's repository and ends the session: blob row,
   * repository row, link with lease, session row, what the project holds. Does nothing twice: a
   * blob or link that is there already stays, its lease is prolonged; a lost one is found again.
   *
   * @throws MoreRoomNeeded (as error signal) and nothing was done
   */
  Mono<Digest> commitUpload(UploadSession session, Digest digest, long size, Instant leasedUntil);

  /** The same as a part of a transaction, which sees to the room by itself. */
  Mono<Accounted<Digest>> commitUpload(
      Tx tx, UploadSession session, Digest digest, long size, Instant leasedUntil);

  /**
   * Links a blob of one repository to another one.
   *
   * @param from must link the blob
   * @param projectId the project of {@code to}
   * @param promise what room was promised under
   * @return the blob's size, empty when {@code from} does not link it or it is lost
   */
  Mono<Accounted<Long>> mount(
      Tx tx,
      Digest digest,
      RepositoryName from,
      RepositoryName to,
      long projectId,
      Instant leasedUntil,
      UUID promise);

  /**
   * Repositories that link the blob, in no particular order.
   *
   * @param limit at most so many
   */
  Mono<List<RepositoryName>> linking(Digest digest, int limit);

  /** Removes the link unless a manifest of the repository names the blob. */
  Mono<Unlinked> unlink(RepositoryName repository, Digest digest);

  /**
   * A blob that a repository links.
   *
   * @param size in bytes
   * @param leasedUntil until when it stays even if nothing names it
   * @param lost whether its file was found missing or damaged and nobody pushed it since
   */
  record LinkedBlob(long size, Instant leasedUntil, boolean lost) {}

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
