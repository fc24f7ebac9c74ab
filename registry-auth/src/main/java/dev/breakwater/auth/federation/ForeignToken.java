package dev.breakwater.auth.federation;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.core.oci.Printable;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token of another issuer, read but not believed. Nothing in it says how it is to be verified:
 * {@code jwk}, {@code jku}, {@code x5u} and {@code x5c} are not looked at, and the algorithm must
 * be one of ours and fit the key.
 */
final class ForeignToken {
  private static final Duration SKEW = Duration.ofSeconds(60);

  private static final Set<JWSAlgorithm> RSA =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512);
  private static final Set<JWSAlgorithm> EC =
      Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512);

  private final SignedJWT jwt;
  private final JWTClaimsSet claims;

  private ForeignToken(SignedJWT jwt, JWTClaimsSet claims) {
    this.jwt = jwt;
    this.claims = claims;
  }

  /** Empty if it is no signed token at all. */
  static Optional<ForeignToken> parse(String text) {
    try {
      SignedJWT jwt = SignedJWT.parse(text);
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      return claims == null ? Optional.empty() : Optional.of(new ForeignToken(jwt, claims));
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  String issuer() {
    return claims.getIssuer() == null ? "" : claims.getIssuer();
  }

  String subject() {
    return claims.getSubject() == null ? "" : claims.getSubject();
  }

  @Nullable String keyId() {
    return jwt.getHeader().getKeyID();
  }

  /** Whether it can be verified at all; before any key is looked for. */
  boolean isVerifiable() {
    JWSHeader header = jwt.getHeader();
    boolean known = RSA.contains(header.getAlgorithm()) || EC.contains(header.getAlgorithm());
    return known && (header.getCriticalParams() == null || header.getCriticalParams().isEmpty());
  }

  /** Whether one of the keys signed it. */
  boolean isSignedBy(List<JWK> keys) {
    return keys.stream().anyMatch(this::isSignedBy);
  }

  private boolean isSignedBy(JWK key) {
    JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
    if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
      return false;
    }
    try {
      return switch (key) {
        case RSAKey rsa when RSA.contains(algorithm) -> jwt.verify(new RSASSAVerifier(rsa));
        case ECKey ec when EC.contains(algorithm) -> jwt.verify(new ECDSAVerifier(ec));
        default -> false;
      };
    } catch (JOSEException e) {
      return false;
    }
  }

  boolean isFor(String audience) {
    return claims.getAudience().contains(audience);
  }

  /** Until when it is good; empty if it is not good now. */
  Optional<Instant> goodUntil(Instant now) {
    Date end = claims.getExpirationTime();
    if (end == null || !now.isBefore(end.toInstant().plus(SKEW))) {
      return Optional.empty();
    }
    boolean early =
        isAfter(claims.getNotBeforeTime(), now.plus(SKEW))
            || isAfter(claims.getIssueTime(), now.plus(SKEW));
    return early ? Optional.empty() : Optional.of(end.toInstant());
  }

  private static boolean isAfter(@Nullable Date date, Instant limit) {
    return date != null && date.toInstant().isAfter(limit);
  }

  /** The values of a claim: several if it is a list, none if it is missing or an object. */
  List<String> values(String name) {
    return texts(find(name));
  }

  private @Nullable Object find(String name) {
    Object direct = claims.getClaim(name);
    if (direct != null || name.indexOf('/') < 0) {
      return direct;
    }
    Object value = claims.getClaims();
    for (String part : name.split("/", -1)) {
      value = value instanceof Map<?, ?> map ? map.get(part) : null;
    }
    return value;
  }

  private static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case String text -> List.of(text);
      case Number number -> List.of(number.toString());
      case Boolean flag -> List.of(flag.toString());
      case List<?> list -> list.stream().flatMap(each -> texts(each).stream()).toList();
      case null, default -> List.of();
    };
  }

  /** What the audit log tells of it. */
  String description() {
    StringBuilder text = new StringBuilder("issuer ").append(issuer());
    for (String name : List.of("sub", "jti", "run_id", "job_id")) {
      values(name).stream()
          .findFirst()
          .ifPresent(value -> text.append(", ").append(name).append(' ').append(value));
    }
    return Printable.shorten(text.toString());
  }
}
