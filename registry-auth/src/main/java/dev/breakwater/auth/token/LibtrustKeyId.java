package dev.breakwater.auth.token;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;

/**
 * The key id that Docker's registries know keys by (libtrust): base32 of the first 30 bytes of the
 * SHA-256 of the DER public key, in twelve groups of four joined by colons.
 */
final class LibtrustKeyId {
  private static final int BYTES = 30;
  private static final int GROUP = 4;
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private LibtrustKeyId() {}

  static String of(PublicKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return grouped(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime has no SHA-256", e);
    }
  }

  /** 240 bits are 48 characters without padding. */
  private static String grouped(byte[] digest) {
    StringBuilder id = new StringBuilder();
    int characters = BYTES * 8 / 5;
    for (int i = 0; i < characters; i++) {
      if (i > 0 && i % GROUP == 0) {
        id.append(':');
      }
      id.append(ALPHABET.charAt(fiveBits(digest, i * 5)));
    }
    return id.toString();
  }

  private static int fiveBits(byte[] bytes, int bit) {
    int index = bit / 8;
    int window = (bytes[index] & 0xff) << 8 | (bytes[index + 1] & 0xff);
    return window >> (11 - bit % 8) & 0x1f;
  }
}
