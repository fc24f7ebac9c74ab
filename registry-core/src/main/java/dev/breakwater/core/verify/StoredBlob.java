package dev.breakwater.core.verify;

import dev.breakwater.core.oci.Digest;
import java.time.Instant;

/**
 * A file of the blob store as it was seen.
 *
 * @param size in bytes
 * @param changedAt when it was written or put in place, whichever was later
 * @param identity tells it from another file under the same digest
 */
public record StoredBlob(Digest digest, long size, Instant changedAt, String identity) {
  boolean isSameAs(StoredBlob other) {
    return identity.equals(other.identity) && size == other.size;
  }
}
