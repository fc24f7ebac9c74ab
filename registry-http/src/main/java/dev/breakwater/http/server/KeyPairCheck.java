package dev.breakwater.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a certificate and a key belong together: OpenSSL takes any two and then fails every
 * handshake. What is written anew is two files, one after the other.
 */
final class KeyPairCheck {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final byte[] TEXT = "one key signs, the other verifies".getBytes(US_ASCII);

  private KeyPairCheck() {}

  /**
   * Reads PEM files, the key as PKCS#8; keys of other kinds than RSA, EC and EdDSA are not looked
   * at. Blocks.
   *
   * @throws GeneralSecurityException if they do not belong together, or cannot be understood
   */
  static void requireMatch(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    PublicKey known = publicKey(certificate);
    Optional<String> algorithm = signature(known);
    Matcher pem = KEY.matcher(Files.readString(key, US_ASCII));
    if (algorithm.isEmpty() || !pem.find()) {
      return;
    }
    PrivateKey secret =
        KeyFactory.getInstance(known.getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
    Signature signer = Signature.getInstance(algorithm.get());
    signer.initSign(secret);
    signer.update(TEXT);
    byte[] signed = signer.sign();
    signer.initVerify(known);
    signer.update(TEXT);
    if (!signer.verify(signed)) {
      throw new GeneralSecurityException("the certificate is of another key");
    }
  }

  private static PublicKey publicKey(Path certificate)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(certificate)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
    }
  }

  private static Optional<String> signature(PublicKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> Optional.of("SHA256withRSA");
      case "EC" -> Optional.of("SHA256withECDSA");
      case "EdDSA", "Ed25519", "Ed448" -> Optional.of("EdDSA");
      default -> Optional.empty();
    };
  }
}
