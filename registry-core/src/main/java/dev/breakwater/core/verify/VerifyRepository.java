package dev.breakwater.core.verify;

import dev.breakwater.core.manifest.StoredManifest;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Mono;

/** The rows that files are compared with. */
public interface VerifyRepository {
  /**
   * Blobs in the order of their digests, compared byte by byte.
   *
   * @param after not this one
   * @param before not this one
   */
  Mono<List<BlobRow>> blobs(String after, String before, int limit);

  /** Those of these that have a row, in no particular order. */
  Mono<List<BlobRow>> find(Collection<Digest> digests);

  /**
   * The same, locked: garbage collection and the ends of pushes wait, or are waited for. Lasts
   * until the transaction ends.
   */
  Mono<List<BlobRow>> lock(Tx tx, Collection<Digest> digests);

  /** Their files are missing or damaged: no manifest may name them until they are pushed again. */
  Mono<Void> markLost(Tx tx, Collection<Long> blobIds, Instant now);

  /** Their files are whole again. */
  Mono<Void> markFound(Tx tx, Collection<Long> blobIds);

  /**
   * Makes rows for files without one. Until the transaction ends, whoever would make such a row
   * waits.
   *
   * @return those that got one; the others have one already
   */
  Mono<List<Digest>> claim(Tx tx, Collection<StoredBlob> files);

  /** Those of these that deleted manifests name which could be brought back. */
  Mono<List<Digest>> restorable(Collection<Digest> digests);

  /** Deletes rows that this transaction made. */
  Mono<Void> release(Tx tx, Collection<Digest> digests);

  /**
   * What manifests name and their repositories do not link.
   *
   * @param after the last manifest of the page before; 0: from the beginning
   * @param manifests of so many manifests
   */
  Mono<LostLinks> lostLinks(long after, int manifests);

  /** Empty: it is gone. */
  Mono<StoredManifest> manifest(long id);

  /** Links a blob that has a row. */
  Mono<Void> link(Tx tx, long repositoryId, Digest blob, Instant leasedUntil);

  /**
   * @param last the last manifest that was looked at; 0: there are no more
   */
  record LostLinks(long last, List<LostLink> links) {
    public LostLinks {
      links = List.copyOf(links);
    }
  }
}
