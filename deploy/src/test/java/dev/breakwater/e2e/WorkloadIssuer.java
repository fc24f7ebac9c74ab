package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** An issuer of tokens for workloads, such as a build farm has one. */
final class WorkloadIssuer {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final String name;
  private final KeyPair keys;

  private WorkloadIssuer(String name, KeyPair keys) {
    this.name = name;
    this.keys = keys;
  }

  static WorkloadIssuer create(String name) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return new WorkloadIssuer(name, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  String name() {
    return name;
  }

  /** The key set as a JSON string. */
  String quotedKeySet() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    String keySet =
        """
        {"keys": [{"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", "n": "%s", "e": "%s"}]}\
        """
            .formatted(
                number(key.getModulus().toByteArray()),
                number(key.getPublicExponent().toByteArray()));
    return "\"" + keySet.replace("\"", "\\\"") + "\"";
  }

  /**
   * A token that is good for five minutes.
   *
   * @param claims further members of its JSON
   */
  String token(String audience, String claims) {
    long now = Instant.now().getEpochSecond();
    String content =
        "{\"iss\": \"%s\", \"aud\": \"%s\", \"sub\": \"repo:team/app\", \"iat\": %d, \"exp\": %d, %s}"
            .formatted(name, audience, now, now + 300, claims);
    String signed =
        BASE64.encodeToString(
                "{\"alg\": \"RS256\", \"kid\": \"1\", \"typ\": \"JWT\"}".getBytes(UTF_8))
            + "."
            + BASE64.encodeToString(content.getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String number(byte[] bytes) {
    boolean padded = bytes.length > 1 && bytes[0] == 0;
    return BASE64.encodeToString(padded ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }
}
