package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A hash over the first bytes of an upload, as far as they have come. Used by one thread at a time.
 */
final class RunningHash {
  private final DigestAlgorithm algorithm;
  private final MessageDigest hash;
  private long position;

  RunningHash(DigestAlgorithm algorithm) {
    this.algorithm = algorithm;
    this.hash = algorithm.newMessageDigest();
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
    hash.update(bytes.duplicate());
  }

  /** Ends the hash; it must not be used any more. */
  Digest finish() {
    return Digest.of(algorithm, hash.digest());
  }
}
