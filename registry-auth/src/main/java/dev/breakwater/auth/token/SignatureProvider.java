package dev.breakwater.auth.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where signatures are made: by Amazon's Corretto provider, which signs ES256 seven times as fast
 * as the JDK, on machines that its native part loads on; by the JDK everywhere else.
 *
 * <p>It is used for our own tokens alone and is not installed for the rest of the program: TLS and
 * hashing stay with the JDK. It is found by name, so that the program compiles and runs without it.
 */
final class SignatureProvider {
  private static final Logger log = LoggerFactory.getLogger(SignatureProvider.class);
  private static final String CORRETTO =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  private static final Optional<Provider> FOUND = load(CORRETTO);

  private SignatureProvider() {}

  /** Empty: the JDK's own. */
  static Optional<Provider> find() {
    return FOUND;
  }

  /** The provider of this class, if it signs what the JDK verifies, and the other way round. */
  static Optional<Provider> load(String className) {
    try {
      Class<?> type = Class.forName(className);
      Provider provider = (Provider) type.getField("INSTANCE").get(null);
      if (provider == null || !works(provider)) {
        throw new GeneralSecurityException("it does not sign as the JDK does");
      }
      log.debug("tokens are signed by {}", provider.getName());
      return Optional.of(provider);
    } catch (GeneralSecurityException
        | ReflectiveOperationException
        | LinkageError
        | ClassCastException e) {
      log.info("tokens are signed by the JDK, without {}: {}", className, e.toString());
      return Optional.empty();
    }
  }

  /**
   * The key as an object of the provider's own, which it need not read anew for each signature:
   * half of a signature's time.
   */
  static PublicKey own(PublicKey key) throws GeneralSecurityException {
    KeyFactory factory = factory(key);
    return factory.generatePublic(new X509EncodedKeySpec(key.getEncoded()));
  }

  static PrivateKey own(PrivateKey key) throws GeneralSecurityException {
    KeyFactory factory = factory(key);
    return factory.generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
  }

  private static KeyFactory factory(Key key) throws GeneralSecurityException {
    return FOUND.isPresent()
        ? KeyFactory.getInstance(key.getAlgorithm(), FOUND.get())
        : KeyFactory.getInstance(key.getAlgorithm());
  }

  private static boolean works(Provider provider) throws GeneralSecurityException {
    KeyPair pair = TokenAlgorithm.ES256.generate();
    return verifies(null, sign(provider, pair), pair) && verifies(provider, sign(null, pair), pair);
  }

  private static byte[] sign(@Nullable Provider provider, KeyPair pair)
      throws GeneralSecurityException {
    Signature signature = signature(provider);
    signature.initSign(pair.getPrivate());
    signature.update(CORRETTO.getBytes(US_ASCII));
    return signature.sign();
  }

  private static boolean verifies(@Nullable Provider provider, byte[] signed, KeyPair pair)
      throws GeneralSecurityException {
    Signature signature = signature(provider);
    signature.initVerify(pair.getPublic());
    signature.update(CORRETTO.getBytes(US_ASCII));
    return signature.verify(signed);
  }

  private static Signature signature(@Nullable Provider provider) throws GeneralSecurityException {
    String name = TokenAlgorithm.ES256.signature();
    return provider == null ? Signature.getInstance(name) : Signature.getInstance(name, provider);
  }
}
