package dev.breakwater.auth.token;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificates of the token service: one root for the life of the installation, and one leaf
 * for each signing key. A registry that holds the root as {@code auth.token.rootcertbundle} accepts
 * every key that comes later.
 *
 * <p>They carry trust from the root to a key and nothing else; how long a key signs is decided by
 * rotation, so a leaf is valid as long as the root.
 */
final class TokenCertificates {
  /** Longer than any installation; there is no way to renew what others have copied. */
  private static final int ROOT_YEARS = 30;

  /** For verifiers whose clock is behind. */
  private static final Duration BACKDATED = Duration.ofHours(24);

  private static final SecureRandom RANDOM = new SecureRandom();

  private TokenCertificates() {}

  static X509Certificate root(KeyPair pair, Instant now) throws GeneralSecurityException {
    Instant end = now.atOffset(ZoneOffset.UTC).plusYears(ROOT_YEARS).toInstant();
    X500Principal name = new X500Principal("CN=Breakwater token root " + shortId(pair.getPublic()));
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            serial(),
            Date.from(now.minus(BACKDATED)),
            Date.from(end),
            name,
            pair.getPublic());
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          extensions.createSubjectKeyIdentifier(pair.getPublic()));
      return sign(builder, pair.getPrivate());
    } catch (CertIOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  static X509Certificate leaf(PublicKey key, X509Certificate root, PrivateKey rootKey, Instant now)
      throws GeneralSecurityException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            root.getSubjectX500Principal(),
            serial(),
            Date.from(now.minus(BACKDATED)),
            root.getNotAfter(),
            new X500Principal("CN=Breakwater token key " + shortId(key)),
            key);
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(root.getPublicKey()));
      return sign(builder, rootKey);
    } catch (CertIOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  static X509Certificate parse(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  static String pem(byte[] der) {
    String text =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      String signature = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
      return parse(builder.build(new JcaContentSignerBuilder(signature).build(key)).getEncoded());
    } catch (OperatorCreationException | IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** Distinct names, so that a verifier with the roots of two installations is not misled. */
  private static String shortId(PublicKey key) {
    return LibtrustKeyId.of(key).substring(0, 9);
  }

  private static BigInteger serial() {
    return new BigInteger(127, RANDOM).setBit(126);
  }
}
