package dev.breakwater.core.oci;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The address of content: {@code algorithm:hex}, lower case (OCI image-spec, "Digests").
 *
 * @param algorithm how the content was hashed
 * @param hex the hash, exactly {@link DigestAlgorithm#hexLength()} lower-case characters
 */
public record Digest(DigestAlgorithm algorithm, String hex) {
  public Digest {
    if (hex.length() != algorithm.hexLength() || !isLowerHex(hex)) {
      throw invalid(algorithm.label() + ":" + hex);
    }
  }

  /**
   * @throws RegistryException DIGEST_INVALID when the text is not a digest of a known algorithm
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw invalid(text);
    }
    DigestAlgorithm algorithm =
        DigestAlgorithm.find(text.substring(0, colon)).orElseThrow(() -> invalid(text));
    return new Digest(algorithm, text.substring(colon + 1));
  }

  /** The digest that a finished hash stands for. */
  public static Digest of(DigestAlgorithm algorithm, byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  /** Hashes content that is already in memory. */
  public static Digest compute(DigestAlgorithm algorithm, byte[] content) {
    MessageDigest hash = algorithm.newMessageDigest();
    return of(algorithm, hash.digest(content));
  }

  @Override
  public String toString() {
    return algorithm.label() + ":" + hex;
  }

  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static RegistryException invalid(String text) {
    return new RegistryException(
        ErrorCode.DIGEST_INVALID,
        "'"
            + Printable.shorten(text)
            + "' is not a digest; expected sha256: and 64, or sha512: and 128, lower-case"
            + " hexadecimal characters");
  }
}
