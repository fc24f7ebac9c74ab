package dev.breakwater.auth.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.auth.crypto.CryptoPool;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Verifies our own tokens. Nothing in a token says how it is to be verified: the key is found by
 * its id among ours only ({@code jwk}, {@code jku}, {@code x5u}, {@code x5c} are not looked at),
 * and the key says which algorithm it is for.
 *
 * <p>A token that was verified, or that this replica issued, is remembered under its SHA-256 until
 * it expires; verifying it again costs a hash and a lookup on the calling thread.
 */
public final class TokenVerifier {
  /** Longer ones are refused unread; a hundred repositories with long names fit. */
  static final int MAX_LENGTH = 60 * 1024;

  /** What the remembered tokens may weigh: about their characters. */
  private static final long CACHE_WEIGHT = 32L * 1024 * 1024;

  private static final int MAX_KEPT_HEADER = 8 * 1024;
  private static final String NO_JWT = "it is not a signed JWT";

  private static final int ENTRY_WEIGHT = 200;
  private static final int REPOSITORY_WEIGHT = 150;

  private final TokenKeys keys;
  private final CryptoPool pool;
  private final TokenSettings settings;
  private final Clock clock;
  private final Cache<String, VerifiedToken> verified;
  private final Cache<String, JWSHeader> headers = Caffeine.newBuilder().maximumSize(256).build();

  public TokenVerifier(TokenKeys keys, CryptoPool pool, TokenSettings settings, Clock clock) {
    this.keys = keys;
    this.pool = pool;
    this.settings = settings;
    this.clock = clock;
    this.verified =
        Caffeine.newBuilder()
            .maximumWeight(CACHE_WEIGHT)
            .weigher(TokenVerifier::weight)
            .expireAfter(Expiry.<String, VerifiedToken>creating((_, token) -> timeLeft(token)))
            .build();
  }

  private static int weight(String fingerprint, VerifiedToken token) {
    return ENTRY_WEIGHT + REPOSITORY_WEIGHT * token.grants().repositories().size();
  }

  private Duration timeLeft(VerifiedToken token) {
    return Duration.between(clock.instant(), token.endsAt());
  }

  /**
   * What the token says, if it is ours and valid now.
   *
   * @return an {@link InvalidTokenException} (as error signal) otherwise; an {@link
   *     ExpiredTokenException} if it is ours and has expired
   */
  public Mono<VerifiedToken> verify(String token) {
    if (token.length() > MAX_LENGTH) {
      return invalid("it is longer than " + MAX_LENGTH + " characters");
    }
    String fingerprint = fingerprint(token);
    VerifiedToken known = verified.getIfPresent(fingerprint);
    if (known == null) {
      return check(token).doOnNext(fresh -> verified.put(fingerprint, fresh));
    }
    return isExpired(known) ? Mono.error(() -> new ExpiredTokenException(known)) : Mono.just(known);
  }

  /** Whether it names a key of ours, or is not readable at all; it may be invalid all the same. */
  public Mono<Boolean> isOurs(String token) {
    if (token.length() > MAX_LENGTH || verified.getIfPresent(fingerprint(token)) != null) {
      return Mono.just(true);
    }
    try {
      String id = SignedJWT.parse(token).getHeader().getKeyID();
      return id == null ? Mono.just(false) : keys.find(id).hasElement();
    } catch (ParseException e) {
      return Mono.just(true);
    }
  }

  /** Takes over a token that this replica has just signed. */
  void remember(String token, VerifiedToken content) {
    verified.put(fingerprint(token), content);
  }

  private Mono<VerifiedToken> check(String token) {
    int first = token.indexOf('.');
    int last = token.lastIndexOf('.');
    boolean three = first > 0 && token.indexOf('.', first + 1) == last;
    if (!three || first == last || last == token.length() - 1) {
      return invalid(NO_JWT);
    }
    JWSHeader header;
    try {
      header = header(token.substring(0, first));
    } catch (ParseException e) {
      return invalid(NO_JWT);
    }
    String id = header.getKeyID();
    if (id == null) {
      return invalid("it does not name its key");
    }
    return keys.find(id)
        .switchIfEmpty(Mono.defer(() -> invalid("it was not signed by a key of this registry")))
        .flatMap(key -> pool.run(() -> check(token, header, key)));
  }

  /** All tokens of a key begin with the same header, most of which is a certificate. */
  private JWSHeader header(String encoded) throws ParseException {
    JWSHeader known = headers.getIfPresent(encoded);
    if (known != null) {
      return known;
    }
    JWSHeader header = JWSHeader.parse(new Base64URL(encoded));
    if (encoded.length() <= MAX_KEPT_HEADER) {
      headers.put(encoded, header);
    }
    return header;
  }

  private VerifiedToken check(String token, JWSHeader header, TokenKey key) {
    requireHeader(header, key);
    int first = token.indexOf('.');
    int last = token.lastIndexOf('.');
    try {
      byte[] signed = token.substring(0, last).getBytes(UTF_8);
      if (!key.verifier().verify(header, signed, new Base64URL(token.substring(last + 1)))) {
        throw refused("its signature is wrong");
      }
      String claims = new Base64URL(token.substring(first + 1, last)).decodeToString();
      return content(JWTClaimsSet.parse(claims));
    } catch (JOSEException | ParseException e) {
      throw refused("its signature or its claims cannot be read");
    }
  }

  private static void requireHeader(JWSHeader header, TokenKey key) {
    if (!header.getAlgorithm().equals(key.header().getAlgorithm())) {
      throw refused("it is signed with another algorithm than its key is for");
    }
    if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
      throw refused("it has critical header parameters");
    }
  }

  private VerifiedToken content(JWTClaimsSet claims) throws ParseException {
    if (!settings.issuer().equals(claims.getIssuer())) {
      throw refused("it comes from another issuer");
    }
    if (!List.of(settings.service()).equals(claims.getAudience())) {
      throw refused("it is for another service");
    }
    Instant expiresAt = instant(claims.getExpirationTime());
    if (expiresAt == null) {
      throw refused("it does not say when it expires");
    }
    Instant notBefore = instant(claims.getNotBeforeTime());
    if (notBefore != null && clock.instant().isBefore(notBefore.minus(TokenSettings.LEEWAY))) {
      throw refused("it is not valid yet");
    }
    VerifiedToken token =
        new VerifiedToken(TokenClaims.holder(claims), TokenClaims.grants(claims), expiresAt);
    if (isExpired(token)) {
      throw new ExpiredTokenException(token);
    }
    return token;
  }

  private static @Nullable Instant instant(@Nullable Date date) {
    return date == null ? null : date.toInstant();
  }

  private boolean isExpired(VerifiedToken token) {
    return !clock.instant().isBefore(token.endsAt());
  }

  private static <T> Mono<T> invalid(String reason) {
    return Mono.error(() -> refused(reason));
  }

  private static InvalidTokenException refused(String reason) {
    return new InvalidTokenException("the token is not valid: " + reason);
  }

  /** One character per byte: half the size of hexadecimal digits. */
  private static String fingerprint(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return new String(sha256.digest(token.getBytes(UTF_8)), ISO_8859_1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime has no SHA-256", e);
    }
  }
}
