package dev.breakwater.core.token;

import java.time.Instant;

/**
 * The root that issues the certificates of all signing keys. There is one for the life of an
 * installation: foreign registries hold its certificate.
 *
 * @param sealedPrivateKey the PKCS#8 private key, sealed by {@link
 *     dev.breakwater.core.secret.SecretBox}
 * @param certificate the self-signed X.509 certificate in DER
 */
public record TokenRoot(String sealedPrivateKey, byte[] certificate, Instant createdAt) {

  /** Without the key material: this may end up in a log. */
  @Override
  public String toString() {
    return "TokenRoot[created " + createdAt + "]";
  }
}
