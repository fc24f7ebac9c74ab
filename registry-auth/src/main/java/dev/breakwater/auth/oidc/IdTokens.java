package dev.breakwater.auth.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.validators.IDTokenClaimsVerifier;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.text.ParseException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Checks ID tokens (OpenID Connect Core 1.0, 3.1.3.7). The key comes from the provider's set by its
 * id alone; what a token says of keys ({@code jwk}, {@code jku}, {@code x5u}, {@code x5c}) is never
 * looked at, and only asymmetric algorithms count.
 */
final class IdTokens {
  /** Longer ones are refused unread. */
  static final int MAX_LENGTH = 64 * 1024;

  private static final int SKEW_SECONDS = 60;

  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA);

  private final Providers providers;
  private final CryptoPool pool;

  IdTokens(Providers providers, CryptoPool pool) {
    this.providers = providers;
    this.pool = pool;
  }

  /**
   * The claims of a token that is good now.
   *
   * @param nonce what the token must hold; null: whatever
   * @return an error UNAUTHORIZED if it is not
   */
  Mono<JWTClaimsSet> verify(
      OidcSettings settings, Provider provider, String token, @Nullable String nonce) {
    return Mono.fromCallable(() -> parse(token))
        .flatMap(parsed ->
            providers
                .keys(provider, settings.trust(), false)
                .flatMap(keys -> verify(settings, provider, parsed, keys)))
        .flatMap(claims -> check(settings, provider, claims, nonce));
  }

  private Mono<JWTClaimsSet> verify(
      OidcSettings settings, Provider provider, SignedJWT token, JWKSet keys) {
    return pool.run(() -> signedBy(keys, token))
        .flatMap(found ->
            found.isPresent()
                ? Mono.just(found.get())
                : providers
                    .keys(provider, settings.trust(), true)
                    .flatMap(fresh -> pool.run(() -> signedBy(fresh, token)))
                    .flatMap(again ->
                        Mono.justOrEmpty(again)
                            .switchIfEmpty(
                                Mono.error(
                                    () -> refused("no key of the provider has signed it")))));
  }

  private static SignedJWT parse(String token) {
    if (token.length() > MAX_LENGTH) {
      throw refused("it is too long");
    }
    try {
      SignedJWT parsed = SignedJWT.parse(token);
      if (!ALGORITHMS.contains(parsed.getHeader().getAlgorithm())) {
        throw refused("its algorithm is not allowed");
      }
      return parsed;
    } catch (ParseException e) {
      throw refused("it is no signed token");
    }
  }

  /** The claims; empty if no key of the set has signed the token. */
  private static Optional<JWTClaimsSet> signedBy(JWKSet keys, SignedJWT token) {
    for (JWK candidate : new JWKSelector(JWKMatcher.forJWSHeader(token.getHeader())).select(keys)) {
      if (isSignedBy(candidate, token)) {
        return Optional.of(claims(token));
      }
    }
    return Optional.empty();
  }

  private static boolean isSignedBy(JWK key, SignedJWT token) {
    try {
      return token.verify(verifier(key, token.getHeader()));
    } catch (JOSEException e) {
      return false;
    }
  }

  private static JWSVerifier verifier(JWK key, JWSHeader header) throws JOSEException {
    if (key instanceof OctetKeyPair pair) {
      return new Ed25519Verifier(pair.toPublicJWK());
    }
    if (key instanceof AsymmetricJWK asymmetric) {
      return new DefaultJWSVerifierFactory().createJWSVerifier(header, asymmetric.toPublicKey());
    }
    throw new JOSEException("a key that is not asymmetric");
  }

  private static JWTClaimsSet claims(SignedJWT token) {
    try {
      return token.getJWTClaimsSet();
    } catch (ParseException e) {
      throw refused("its claims are no JSON object");
    }
  }

  private static Mono<JWTClaimsSet> check(
      OidcSettings settings, Provider provider, JWTClaimsSet claims, @Nullable String nonce) {
    IDTokenClaimsVerifier verifier =
        new IDTokenClaimsVerifier(
            new Issuer(provider.issuer()),
            new ClientID(settings.clientId()),
            nonce == null ? null : new Nonce(nonce),
            SKEW_SECONDS);
    try {
      verifier.verify(claims, null);
      return Mono.just(claims);
    } catch (BadJWTException e) {
      return Mono.error(refused(String.valueOf(e.getMessage())));
    }
  }

  private static RegistryException refused(String reason) {
    return new RegistryException(
        ErrorCode.UNAUTHORIZED, "the ID token of the OpenID provider is not accepted: " + reason);
  }
}
