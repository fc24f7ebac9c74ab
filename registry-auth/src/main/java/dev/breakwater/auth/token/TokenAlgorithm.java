package dev.breakwater.auth.token;

import com.nimbusds.jose.JWSAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;

/** How tokens are signed. Both are understood by every registry that verifies such tokens. */
public enum TokenAlgorithm {
  /** ECDSA on P-256: small tokens, cheap to sign. */
  ES256("EC", "SHA256withECDSA"),
  /** RSA with at least 2,048 bits: dear to sign, cheap to verify. */
  RS256("RSA", "SHA256withRSA");

  private static final int RSA_BITS = 2048;
  private static final int P256_BITS = 256;

  private final String keyType;
  private final String signature;

  TokenAlgorithm(String keyType, String signature) {
    this.keyType = keyType;
    this.signature = signature;
  }

  String keyType() {
    return keyType;
  }

  /** The JDK's name of the signature. */
  String signature() {
    return signature;
  }

  JWSAlgorithm jws() {
    return switch (this) {
      case ES256 -> JWSAlgorithm.ES256;
      case RS256 -> JWSAlgorithm.RS256;
    };
  }

  KeyPair generate() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(keyType);
    switch (this) {
      case ES256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
      case RS256 -> generator.initialize(RSA_BITS);
    }
    return generator.generateKeyPair();
  }

  /** Whether keys like this one sign with this algorithm. */
  boolean fits(PublicKey key) {
    return switch (this) {
      case ES256 ->
          key instanceof ECPublicKey ec
              && ec.getParams().getOrder().bitLength() == P256_BITS
              && ec.getParams().getCurve().getField().getFieldSize() == P256_BITS;
      case RS256 -> key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= RSA_BITS;
    };
  }
}
