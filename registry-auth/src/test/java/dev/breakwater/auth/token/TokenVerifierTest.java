package dev.breakwater.auth.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.core.error.ErrorCode;
import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Attacks on the verification of tokens; the verifier has not issued any of them itself. */
class TokenVerifierTest {
  private final TokenFixture fixture = new TokenFixture();
  private final TokenVerifier verifier = fixture.replica().verifier();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void acceptsATrueToken() {
    String token = fixture.token(TokenFixture.ADMIN, "repository:team/app:pull");

    StepVerifier.create(verifier.verify(token))
        .assertNext(verified -> {
          assertThat(verified.holder()).isEqualTo(new TokenHolder.User(1));
          assertThat(verified.grants().repositories()).hasSize(1);
        })
        .verifyComplete();
  }

  @Test
  void refusesChangedClaims() {
    String[] parts = fixture.token(TokenFixture.ALICE, "repository:team/app:push").split("\\.", -1);
    String claims = Base64URL.from(parts[1]).decodeToString().replace("\"alice\"", "\"admin\"");

    refuses(parts[0] + "." + Base64URL.encode(claims) + "." + parts[2], "signature");
  }

  @Test
  void refusesAChangedSignature() {
    String token = fixture.token(TokenFixture.ADMIN);
    String[] parts = token.split("\\.", -1);
    byte[] signature = Base64URL.from(parts[2]).decode();
    signature[10] ^= 1;

    refuses(parts[0] + "." + parts[1] + "." + Base64URL.encode(signature), "signature");
    refuses(parts[0] + "." + parts[1] + ".", "");
    refuses(parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[64]), "");
  }

  @Test
  void tellsWhatAGenuineTokenSaidThatHasExpired() {
    String token = fixture.token(TokenFixture.ALICE);
    String[] parts = token.split("\\.", -1);
    String claims = Base64URL.from(parts[1]).decodeToString().replace("\"uid\":7", "\"uid\":1");
    String changed = parts[0] + "." + Base64URL.encode(claims) + "." + parts[2];

    fixture.clock.advance(TokenFixture.LIFETIME.plusSeconds(60));

    StepVerifier.create(verifier.verify(token))
        .expectErrorSatisfies(error ->
            assertThat(error)
                .isInstanceOfSatisfying(
                    ExpiredTokenException.class,
                    expired ->
                        assertThat(expired.token().holder()).isEqualTo(new TokenHolder.User(7))))
        .verify();
    StepVerifier.create(verifier.verify(changed))
        .expectErrorSatisfies(
            error -> assertThat(error).isExactlyInstanceOf(InvalidTokenException.class))
        .verify();
  }

  @Test
  void refusesAnExpiredTokenAfterTheLeeway() {
    String token = fixture.token(TokenFixture.ADMIN);

    fixture.clock.advance(TokenFixture.LIFETIME.plusSeconds(59));
    StepVerifier.create(verifier.verify(token)).expectNextCount(1).verifyComplete();
    fixture.clock.advance(Duration.ofSeconds(1));

    refuses(token, "expired");
    refuses(fixture.verifier(), token, "expired");
  }

  @Test
  void refusesATokenFromTheFutureAndOneThatNeverExpires() throws Exception {
    JWTClaimsSet future =
        fixture.claims().notBeforeTime(Date.from(fixture.clock.instant().plusSeconds(62))).build();
    JWTClaimsSet soon =
        fixture.claims().notBeforeTime(Date.from(fixture.clock.instant().plusSeconds(58))).build();
    JWTClaimsSet eternal = fixture.claims().expirationTime(null).build();

    refuses(fixture.sign(fixture.key().header(), future), "not valid yet");
    refuses(fixture.sign(fixture.key().header(), eternal), "does not say when it expires");
    StepVerifier.create(verifier.verify(fixture.sign(fixture.key().header(), soon)))
        .expectNextCount(1)
        .verifyComplete();
  }

  @Test
  void refusesAForeignIssuer() throws Exception {
    refuses(
        fixture.sign(fixture.key().header(), fixture.claims().issuer("someone").build()), "issuer");
    refuses(fixture.sign(fixture.key().header(), fixture.claims().issuer(null).build()), "issuer");
  }

  @Test
  void refusesAForeignAudience() throws Exception {
    JWTClaimsSet foreign = fixture.claims().audience("elsewhere").build();
    JWTClaimsSet both = fixture.claims().audience(List.of("registry.example", "other")).build();
    JWTClaimsSet none = fixture.claims().audience((String) null).build();

    refuses(fixture.sign(fixture.key().header(), foreign), "another service");
    refuses(fixture.sign(fixture.key().header(), both), "another service");
    refuses(fixture.sign(fixture.key().header(), none), "another service");
  }

  @Test
  void refusesATokenWithoutASignature() {
    refuses(new PlainJWT(fixture.claims().build()).serialize(), "not a signed JWT");

    Base64URL header =
        Base64URL.encode("{\"alg\":\"none\",\"kid\":\"" + fixture.key().id() + "\"}");
    Base64URL claims = fixture.claims().build().toPayload().toBase64URL();
    refuses(header + "." + claims + ".", "not a signed JWT");
  }

  @Test
  void refusesAMacWithThePublicKeyAsSecret() throws Exception {
    String pem = "-----BEGIN PUBLIC KEY-----\n" + publicKey() + "\n-----END PUBLIC KEY-----\n";
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(fixture.key().id()).build();
    for (byte[] secret : List.of(pem.getBytes(US_ASCII), publicKeyBytes())) {
      SignedJWT jwt = new SignedJWT(header, fixture.claims().build());
      jwt.sign(new MACSigner(secret));

      refuses(jwt.serialize(), "another algorithm");
    }
  }

  @Test
  void refusesAnotherAlgorithmOfTheSameFamily() {
    Base64URL header =
        Base64URL.encode("{\"alg\":\"ES384\",\"kid\":\"" + fixture.key().id() + "\"}");
    Base64URL claims = fixture.claims().build().toPayload().toBase64URL();

    refuses(header + "." + claims + "." + Base64URL.encode(new byte[96]), "another algorithm");
  }

  @Test
  void doesNotTrustAKeyThatTheTokenBringsAlong() throws Exception {
    ECKey mine = new ECKeyGenerator(Curve.P_256).generate();
    JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(mine.toPublicJWK());

    refuses(forged(mine, header.build()), "does not name its key");
    refuses(forged(mine, header.keyID(fixture.key().id()).build()), "signature");
    refuses(forged(mine, header.keyID("mine").build()), "not signed by a key of this registry");
  }

  @Test
  void doesNotFetchAKeyFromAnAddressInTheToken() throws Exception {
    ECKey mine = new ECKeyGenerator(Curve.P_256).generate();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .jwkURL(URI.create("http://127.0.0.1:1/keys"))
            .x509CertURL(URI.create("http://127.0.0.1:1/cert"))
            .keyID(fixture.key().id())
            .build();

    refuses(forged(mine, header), "signature");
  }

  @Test
  void doesNotTrustACertificateThatTheTokenBringsAlong() throws Exception {
    ECKey mine = new ECKeyGenerator(Curve.P_256).generate();
    KeyPair pair = new KeyPair(mine.toECPublicKey(), mine.toECPrivateKey());
    byte[] certificate = TokenCertificates.root(pair, fixture.clock.instant()).getEncoded();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .x509CertChain(List.of(Base64.encode(certificate)))
            .keyID(fixture.key().id())
            .build();

    refuses(forged(mine, header), "signature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "/dev/null", "' OR 1=1 --", "", "a\u0000b", "%2e%2e"})
  void takesAKeyIdForNothingButAName(String kid) throws Exception {
    ECKey mine = new ECKeyGenerator(Curve.P_256).generate();

    refuses(
        forged(mine, new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(kid).build()),
        "not signed by a key of this registry");
  }

  @Test
  void refusesCriticalParametersThatItDoesNotKnow() throws Exception {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .keyID(fixture.key().id())
            .criticalParams(Set.of("exp"))
            .customParam("exp", 1)
            .build();

    refuses(fixture.sign(header, fixture.claims().build()), "critical");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "...", "a.b.c", "eyJhbGciOiJFUzI1NiJ9..", "\u0100.\u0100.\u0100"})
  void refusesWhatIsNoToken(String text) {
    refuses(text, "not valid");
  }

  @Test
  void refusesAMegabyteWithoutReadingIt() {
    refuses("a".repeat(1024 * 1024), "longer than");
    refuses("{\"a\":".repeat(20_000), "longer than");
  }

  @Test
  void refusesClaimsThatAreNoneOfOurs() throws Exception {
    JWTClaimsSet badName =
        fixture
            .claims()
            .claim(
                "access",
                List.of(Map.of("type", "repository", "name", "../x", "actions", List.of("pull"))))
            .build();
    JWTClaimsSet badAccess = fixture.claims().claim("access", "everything").build();
    JWTClaimsSet badUser = fixture.claims().claim("uid", "root").build();

    refuses(fixture.sign(fixture.key().header(), badName), "cannot be read");
    refuses(fixture.sign(fixture.key().header(), badAccess), "cannot be read");
    refuses(fixture.sign(fixture.key().header(), badUser), "cannot be read");
  }

  @Test
  void answersAtOnceOnTheCallingThreadWhenItKnowsTheToken() {
    String token = fixture.token(TokenFixture.ADMIN);
    StepVerifier.create(verifier.verify(token)).expectNextCount(1).verifyComplete();
    fixture.pool.close();

    Mono<VerifiedToken> again = verifier.verify(token);
    Mono<VerifiedToken> issuedHere = fixture.verifier().verify(token);

    assertThat(again).isInstanceOf(java.util.concurrent.Callable.class);
    assertThat(issuedHere).isInstanceOf(java.util.concurrent.Callable.class);
    assertThat(again.block()).isEqualTo(issuedHere.block());
  }

  private static String forged(ECKey key, JWSHeader header) throws Exception {
    try (TokenFixture claims = new TokenFixture()) {
      SignedJWT jwt = new SignedJWT(header, claims.claims().build());
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    }
  }

  private void refuses(String token, String reason) {
    refuses(verifier, token, reason);
  }

  private static void refuses(TokenVerifier verifier, String token, String reason) {
    StepVerifier.create(verifier.verify(token))
        .expectErrorSatisfies(e ->
            assertThat(e)
                .isInstanceOfSatisfying(
                    InvalidTokenException.class,
                    known -> assertThat(known.code()).isEqualTo(ErrorCode.UNAUTHORIZED))
                .hasMessageContaining(reason)
                .message()
                .hasSizeLessThan(200))
        .verify(Duration.ofSeconds(30));
  }

  private String publicKey() throws Exception {
    return java.util.Base64.getEncoder().encodeToString(publicKeyBytes());
  }

  private byte[] publicKeyBytes() throws Exception {
    return fixture.key().published().toECKey().toECPublicKey().getEncoded();
  }
}
