package dev.breakwater.auth.federation;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.federation.KeySetCheck;
import java.text.ParseException;
import java.util.List;

/** Reads JSON Web Key Sets of others: what signs in public, and nothing else. */
public final class KeySets implements KeySetCheck {
  private static final int MAX_KEYS = 100;
  private static final int MIN_RSA_BITS = 2048;

  @Override
  public void require(String jwks) {
    try {
      JWKSet all = JWKSet.parse(jwks);
      if (all.getKeys().stream().anyMatch(key -> key.isPrivate() || isSymmetric(key))) {
        throw bad("jwks holds a private or symmetric key; only public ones belong there");
      }
      if (usable(all).isEmpty()) {
        throw bad("jwks holds no RSA key of " + MIN_RSA_BITS + " bits and no EC key");
      }
    } catch (ParseException e) {
      throw bad("jwks is no JSON Web Key Set");
    }
  }

  /**
   * The keys that tokens can be verified with.
   *
   * @throws ParseException if the text is no key set
   */
  static List<JWK> parse(String jwks) throws ParseException {
    return usable(JWKSet.parse(jwks));
  }

  private static List<JWK> usable(JWKSet set) {
    return set.getKeys().stream()
        .filter(key -> key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
        .filter(KeySets::isStrong)
        .limit(MAX_KEYS)
        .map(JWK::toPublicJWK)
        .toList();
  }

  private static boolean isStrong(JWK key) {
    return switch (key) {
      case RSAKey rsa -> rsa.size() >= MIN_RSA_BITS;
      case ECKey _ -> true;
      default -> false;
    };
  }

  private static boolean isSymmetric(JWK key) {
    return key.getKeyType().equals(KeyType.OCT);
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
