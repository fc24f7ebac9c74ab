package dev.breakwater.core.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The digest algorithms that are accepted (OCI image-spec, "Registered Algorithms"). */
public enum DigestAlgorithm {
  SHA256("sha256", "SHA-256", 64),
  SHA512("sha512", "SHA-512", 128);

  private final String label;
  private final String javaName;
  private final int hexLength;

  DigestAlgorithm(String label, String javaName, int hexLength) {
    this.label = label;
    this.javaName = javaName;
    this.hexLength = hexLength;
  }

  /** The name before the colon of a digest. */
  public String label() {
    return label;
  }

  /** How many hexadecimal characters follow the colon. */
  public int hexLength() {
    return hexLength;
  }

  public MessageDigest newMessageDigest() {
    try {
      return MessageDigest.getInstance(javaName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + javaName, e);
    }
  }

  public static Optional<DigestAlgorithm> find(String label) {
    for (DigestAlgorithm algorithm : values()) {
      if (algorithm.label.equals(label)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }
}
