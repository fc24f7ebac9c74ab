package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A hash over the first bytes of an upload, as far as they have come. Used by one thread at a time.
 *
 * <p>A lost one stands for an upload whose earlier bytes were hashed by nobody and cannot be read
 * back yet: it takes bytes and has no digest.
 */
final class RunningHash {
  private final DigestAlgorithm algorithm;
  private final MessageDigest hash;
  private final boolean lost;
  private long position;

  RunningHash(DigestAlgorithm algorithm) {
    this(algorithm, false);
  }

  private RunningHash(DigestAlgorithm algorithm, boolean lost) {
    this.algorithm = algorithm;
    this.hash = algorithm.newMessageDigest();
    this.lost = lost;
  }

  static RunningHash lost(DigestAlgorithm algorithm) {
    return new RunningHash(algorithm, true);
  }

  boolean isLost() {
    return lost;
  }

  DigestAlgorithm algorithm() {
    return algorithm;
  }

  /** How many bytes were hashed. */
  long position() {
    return position;
  }

  /** Hashes the remaining bytes without moving the buffer's position. */
  void update(ByteBuffer bytes) {
    position += bytes.remaining();
    if (!lost) {
      hash.update(bytes.duplicate());
    }
  }

  /** Ends the hash; it must not be used any more. */
  Digest finish() {
    if (lost) {
      throw new IllegalStateException("the hash of the earlier bytes is lost");
    }
    return Digest.of(algorithm, hash.digest());
  }
}
