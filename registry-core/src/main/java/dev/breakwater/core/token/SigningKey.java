package dev.breakwater.core.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key that signs tokens, as it lies in its row.
 *
 * @param id the libtrust key id: twelve groups of four base32 characters joined by colons, 59
 *     characters; unique
 * @param algorithm the JWS algorithm it signs with: {@code ES256} or {@code RS256}
 * @param sealedPrivateKey the PKCS#8 private key, sealed by {@link
 *     dev.breakwater.core.secret.SecretBox}; text of a few kilobytes at most
 * @param certificate the X.509 certificate of the public key in DER, issued by the root
 * @param createdAt since when it signs: when it was written, or a short while later, so that
 *     whoever verifies knows it by then; milliseconds at least
 * @param retiredAt since when it no longer signs, likewise; absent while none follows it
 */
public record SigningKey(
    String id,
    String algorithm,
    String sealedPrivateKey,
    byte[] certificate,
    Instant createdAt,
    @Nullable Instant retiredAt) {

  /** Without the key material: this may end up in a log. */
  @Override
  public String toString() {
    return "SigningKey[" + id + ", " + algorithm + (retiredAt == null ? "]" : ", retired]");
  }
}
