package dev.breakwater.storage.blob;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an upload's bytes: complete parts, and tails that were too small for a part when
 * a request ended. A tail begins where a part ends; later parts may hold its bytes once more.
 *
 * @param generation counts the requests; only the latest one may write
 * @param key of the object that the parts will become
 * @param multipart what the service calls the upload; empty: no part was begun
 * @param direct whether the parts will become the blob itself: such an upload cannot be resumed
 * @param sealed its size if the parts have become an object already
 * @param nextPart the number of the next part; no request that may still run uses it
 * @param parts in the order of their numbers; some may be missing after a crash
 */
public record StagedUpload(
    UploadId id,
    long generation,
    String key,
    Optional<String> multipart,
    boolean direct,
    Optional<Long> sealed,
    int nextPart,
    List<StoredPart> parts,
    List<Tail> tails) {
  /**
   * An object that holds the bytes behind a part.
   *
   * @param number tells it from others of the upload
   */
  public record Tail(long number, long first, long size) {
    public long end() {
      return first + size;
    }
  }

  /**
   * The pieces whose bytes are the first ones of the upload.
   *
   * @param parts without a gap, from byte 0
   * @param tail holds what comes behind them; empty: nothing is missing
   */
  public record Pieces(List<StoredPart> parts, Optional<Tail> tail) {
    /** How many bytes the parts hold. */
    public long partsEnd() {
      return parts.isEmpty() ? 0 : parts.getLast().end();
    }
  }

  /** How many bytes are there, without a gap. */
  public long size() {
    if (direct) {
      return 0;
    }
    if (sealed.isPresent()) {
      return sealed.get();
    }
    long partsEnd = partsUpTo(Long.MAX_VALUE).stream().mapToLong(StoredPart::end).max().orElse(0);
    long tailsEnd =
        tails.stream()
            .filter(tail -> tail.first() <= partsEnd)
            .mapToLong(Tail::end)
            .max()
            .orElse(0);
    return Math.max(partsEnd, tailsEnd);
  }

  /** The pieces up to this byte; empty: it lies inside of a part, or behind all of them. */
  public Optional<Pieces> first(long length) {
    List<StoredPart> kept = partsUpTo(length);
    long partsEnd = kept.isEmpty() ? 0 : kept.getLast().end();
    if (partsEnd == length) {
      return Optional.of(new Pieces(kept, Optional.empty()));
    }
    return tails.stream()
        .filter(tail -> tail.first() <= partsEnd && tail.end() >= length)
        .findFirst()
        .map(tail -> new Pieces(kept, Optional.of(tail)));
  }

  /** A request cannot go on there. */
  public RegistryException outOfReach(long offset) {
    return new RegistryException(
        ErrorCode.RANGE_INVALID,
        "upload "
            + id
            + " holds "
            + size()
            + " bytes and cannot go on at byte "
            + offset
            + "; ask for its status and send from there");
  }

  /** A later request has begun, so this one records nothing any more. */
  public static RegistryException superseded(UploadId id) {
    return new RegistryException(
        ErrorCode.BLOB_UPLOAD_BUSY,
        "another request has gone on with upload "
            + id
            + " meanwhile, or ended it; ask for its status");
  }

  /** The parts that follow each other from byte 0 and end at this byte or before. */
  public List<StoredPart> partsUpTo(long length) {
    long end = 0;
    int count = 0;
    for (StoredPart part : parts) {
      if (part.first() != end || part.end() > length) {
        break;
      }
      end = part.end();
      count++;
    }
    return parts.subList(0, count);
  }
}
