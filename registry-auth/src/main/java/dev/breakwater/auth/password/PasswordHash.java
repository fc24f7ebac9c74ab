package dev.breakwater.auth.password;

import java.util.Base64;
import java.util.Locale;

/**
 * A stored password hash: PBKDF2-HMAC-SHA256. As text {@code
 * $pbkdf2-sha256$i=<iterations>$<salt>$<hash>} with base64 without padding.
 *
 * @param iterations 1 to {@value #MAX_ITERATIONS}
 */
record PasswordHash(int iterations, byte[] salt, byte[] hash) {
  /** So that a row from elsewhere cannot keep a thread busy for minutes. */
  static final int MAX_ITERATIONS = 10_000_000;

  private static final String PREFIX = "$pbkdf2-sha256$i=";

  PasswordHash {
    if (iterations < 1 || iterations > MAX_ITERATIONS || salt.length < 8 || hash.length < 16) {
      throw new IllegalArgumentException("not a usable password hash");
    }
  }

  static PasswordHash parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException("not a password hash of a known kind");
    }
    String[] parts = text.substring(PREFIX.length()).split("\\$", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not a whole password hash");
    }
    Base64.Decoder decoder = Base64.getDecoder();
    return new PasswordHash(
        Integer.parseInt(parts[0]), decoder.decode(parts[1]), decoder.decode(parts[2]));
  }

  String text() {
    Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
    return String.format(
        Locale.ROOT,
        "%s%d$%s$%s",
        PREFIX,
        iterations,
        encoder.encodeToString(salt),
        encoder.encodeToString(hash));
  }

  /** Without the hash: this may end up in a log. */
  @Override
  public String toString() {
    return "PasswordHash[iterations=" + iterations + "]";
  }
}
