package dev.breakwater.storage.blob;

import dev.breakwater.core.adoption.ObjectListing;
import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.verify.StoredBlobs;
import dev.breakwater.storage.StorageUnusableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** A blob store with what its owner needs: it is cleaned, verified and closed. */
public interface BlobDriver extends BlobStore, AutoCloseable {
  /**
   * Completes when the store can be used.
   *
   * @throws StorageUnusableException (as error signal) when it refuses, as it will again; one that
   *     does not answer is only reported, for it may come back
   */
  default Mono<Void> check() {
    return Mono.empty();
  }

  /**
   * Removes what is left of uploads that nobody wrote to for so long.
   *
   * @return how many
   */
  Mono<Long> removeStaleUploads(Duration age, Instant now);

  /** The stored blobs for those who verify them. */
  StoredBlobs files();

  /** What lies beside the blobs, for those who adopt another registry; empty: it cannot be told. */
  default Optional<ObjectListing> listing() {
    return Optional.empty();
  }

  @Override
  void close() throws IOException;
}
