package dev.breakwater.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** A signing key ready for use: signer, verifier, and the header that its tokens carry. */
final class TokenKey {
  private final String id;
  private final JWSHeader header;
  private final JWSSigner signer;
  private final JWSVerifier verifier;
  private final JWK published;

  private TokenKey(
      String id, JWSHeader header, JWSSigner signer, JWSVerifier verifier, JWK published) {
    this.id = id;
    this.header = header;
    this.signer = signer;
    this.verifier = verifier;
    this.published = published;
  }

  /**
   * @param pkcs8 the private key
   * @param certificate DER; the public key is taken from it
   */
  static TokenKey of(TokenAlgorithm algorithm, byte[] pkcs8, byte[] certificate)
      throws GeneralSecurityException {
    PublicKey publicKey =
        SignatureProvider.own(TokenCertificates.parse(certificate).getPublicKey());
    PrivateKey privateKey =
        SignatureProvider.own(
            KeyFactory.getInstance(algorithm.keyType())
                .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    if (!algorithm.fits(publicKey)) {
      throw new GeneralSecurityException("the certificate's key does not sign with " + algorithm);
    }
    String id = LibtrustKeyId.of(publicKey);
    List<Base64> chain = List.of(Base64.encode(certificate));
    JWSHeader header =
        new JWSHeader.Builder(algorithm.jws())
            .type(JOSEObjectType.JWT)
            .keyID(id)
            .x509CertChain(chain)
            .build();
    try {
      return accelerated(
          switch (publicKey) {
            case ECPublicKey ec ->
                new TokenKey(
                    id,
                    header,
                    new ECDSASigner(privateKey, Curve.P_256),
                    new ECDSAVerifier(ec),
                    new ECKey.Builder(Curve.P_256, ec)
                        .keyID(id)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(algorithm.jws())
                        .x509CertChain(chain)
                        .build());
            case RSAPublicKey rsa ->
                new TokenKey(
                    id,
                    header,
                    new RSASSASigner(privateKey),
                    new RSASSAVerifier(rsa),
                    new RSAKey.Builder(rsa)
                        .keyID(id)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(algorithm.jws())
                        .x509CertChain(chain)
                        .build());
            default -> throw new GeneralSecurityException("neither an EC nor an RSA key");
          });
    } catch (JOSEException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static TokenKey accelerated(TokenKey key) {
    SignatureProvider.find()
        .ifPresent(provider -> {
          key.signer.getJCAContext().setProvider(provider);
          key.verifier.getJCAContext().setProvider(provider);
        });
    return key;
  }

  String id() {
    return id;
  }

  JWSHeader header() {
    return header;
  }

  JWSSigner signer() {
    return signer;
  }

  JWSVerifier verifier() {
    return verifier;
  }

  /** The public half, as it stands in the JWKS. */
  JWK published() {
    return published;
  }
}
