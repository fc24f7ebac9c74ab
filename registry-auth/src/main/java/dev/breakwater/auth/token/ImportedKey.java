package dev.breakwater.auth.token;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** A signing key that the operator brought along: PKCS#8, SEC 1 or PKCS#1, as PEM. */
public record ImportedKey(TokenAlgorithm algorithm, KeyPair pair) {

  /**
   * Reads the first private key of the text.
   *
   * @throws IllegalArgumentException if there is none that can sign tokens; the message says why
   *     and holds nothing of the key
   */
  public static ImportedKey parse(String pem) {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      Object object = parser.readObject();
      while (object != null) {
        switch (object) {
          case PEMKeyPair pair -> {
            return of(pair.getPrivateKeyInfo());
          }
          case PrivateKeyInfo key -> {
            return of(key);
          }
          case PEMEncryptedKeyPair _ -> throw new IllegalArgumentException("the key is encrypted");
          default -> object = parser.readObject();
        }
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw e instanceof IllegalArgumentException known
          ? known
          : new IllegalArgumentException("the PEM text is damaged");
    }
    throw new IllegalArgumentException("there is no unencrypted private key in the PEM text");
  }

  private static ImportedKey of(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
    PrivateKey key = new JcaPEMKeyConverter().getPrivateKey(info);
    PublicKey publicKey =
        switch (key) {
          case RSAPrivateCrtKey rsa ->
              KeyFactory.getInstance("RSA")
                  .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
          case ECPrivateKey _ -> elliptic(info);
          default ->
              throw new IllegalArgumentException("the key is neither RSA nor elliptic-curve");
        };
    for (TokenAlgorithm algorithm : TokenAlgorithm.values()) {
      if (algorithm.fits(publicKey)) {
        return new ImportedKey(algorithm, new KeyPair(publicKey, key));
      }
    }
    throw new IllegalArgumentException(
        "tokens are signed with P-256 or with RSA of at least 2048 bits; the key is neither");
  }

  /** PKCS#8 need not hold the public key; it is the private number times the base point. */
  private static PublicKey elliptic(PrivateKeyInfo info) throws IOException {
    ECPrivateKeyParameters key = (ECPrivateKeyParameters) PrivateKeyFactory.createKey(info);
    ECDomainParameters curve = key.getParameters();
    ECPublicKeyParameters point =
        new ECPublicKeyParameters(curve.getG().multiply(key.getD()).normalize(), curve);
    SubjectPublicKeyInfo encoded = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(point);
    return new JcaPEMKeyConverter().getPublicKey(encoded);
  }

  /** Without the key: this may end up in a log. */
  @Override
  public String toString() {
    return "ImportedKey[" + algorithm + "]";
  }
}
