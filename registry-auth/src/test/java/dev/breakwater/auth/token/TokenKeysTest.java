package dev.breakwater.auth.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.secret.SealBrokenException;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.systemconfig.ConfigurationChange;
import java.io.ByteArrayInputStream;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.StepVerifier;

class TokenKeysTest {
  private static final Duration MONTH = Duration.ofDays(30);

  private final TokenFixture fixture = new TokenFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void signsWithTheSameKeyOnEveryReplicaAndAfterARestart() {
    String first = fixture.key().id();

    assertThat(TokenFixture.get(fixture.replica().keys().signing()).id()).isEqualTo(first);
  }

  @Test
  void publishesOnlyThePublicHalves() throws Exception {
    String jwks = TokenFixture.get(fixture.replica.keys().jwks());

    JWK published = JWKSet.parse(jwks).getKeys().getFirst();
    assertThat(published.isPrivate()).isFalse();
    assertThat(published.getKeyID()).isEqualTo(fixture.key().id());
    assertThat(published.getKeyUse().identifier()).isEqualTo("sig");
    assertThat(published.getAlgorithm().getName()).isEqualTo("ES256");
  }

  @Test
  void publishesWhatVerifiesItsTokens() throws Exception {
    SignedJWT jwt = SignedJWT.parse(fixture.token(TokenFixture.ADMIN));
    JWKSet jwks = JWKSet.parse(TokenFixture.get(fixture.replica.keys().jwks()));

    ECKey key = jwks.getKeyByKeyId(jwt.getHeader().getKeyID()).toECKey();

    assertThat(jwt.verify(new ECDSAVerifier(key))).isTrue();
  }

  @Test
  void keepsPrivateKeysSealed() {
    fixture
        .keyRows
        .findUsable(fixture.clock.instant())
        .doOnNext(row -> assertThat(row.sealedPrivateKey()).startsWith("v1."))
        .as(StepVerifier::create)
        .expectNextCount(1)
        .verifyComplete();

    TokenKeys withAnotherSecret =
        new TokenKeys(
            fixture.keyRows,
            fixture.rootRows,
            SecretBox.withKey("another secret key, also long enough"),
            fixture.pool,
            fixture.settings,
            fixture.clock);
    StepVerifier.create(withAnotherSecret.open(Optional.empty()))
        .verifyError(SealBrokenException.class);
  }

  @Test
  void goesOnAcceptingTokensOfARetiredKeyUntilTheyExpire() {
    String old = fixture.token(TokenFixture.ADMIN);
    String oldKey = fixture.key().id();

    rotate();

    assertThat(fixture.key().id()).isNotEqualTo(oldKey);
    fixture.clock.advance(TokenFixture.LIFETIME.plusSeconds(30));
    StepVerifier.create(fixture.replica().verifier().verify(old))
        .expectNextCount(1)
        .verifyComplete();
    assertThat(published(fixture.replica())).contains(oldKey);
    fixture.clock.advance(TokenSettings.MAX_LIFETIME);
    assertThat(published(fixture.replica())).doesNotContain(oldKey).hasSize(1);
  }

  @Test
  void goesOnAcceptingTheLongestTokensThatAdministratorsMayAskFor() {
    fixture.rules = withTokenLifetime(TokenSettings.MAX_LIFETIME);
    String old = fixture.token(TokenFixture.ADMIN);
    String oldKey = fixture.key().id();
    fixture.rules = IdentityRules.DEFAULT;

    rotate();
    fixture.clock.advance(TokenSettings.MAX_LIFETIME.minusSeconds(30));

    TokenFixture.Replica replica = fixture.replica();
    StepVerifier.create(replica.verifier().verify(old)).expectNextCount(1).verifyComplete();
    assertThat(published(replica)).contains(oldKey);
  }

  @Test
  void keepsKeysAsLongAsTheLongestTokenExpirationThatCanBeSet() {
    long minutes = TokenSettings.MAX_LIFETIME.toMinutes();

    assertThat(setsTokenExpiration(minutes)).isTrue();
    assertThat(setsTokenExpiration(minutes + 1)).isFalse();
  }

  private static boolean setsTokenExpiration(long minutes) {
    try {
      ConfigurationChange.parse(
          Json.parse(("{\"token_expiration\":" + minutes + "}").getBytes(US_ASCII)));
      return true;
    } catch (RegistryException e) {
      return false;
    }
  }

  private static IdentityRules withTokenLifetime(Duration lifetime) {
    IdentityRules usual = IdentityRules.DEFAULT;
    return new IdentityRules(
        usual.authMode(),
        usual.selfRegistration(),
        usual.robotNamePrefix(),
        usual.robotDays(),
        usual.sessionTimeout(),
        Optional.of(lifetime));
  }

  @Test
  void replacesAKeyThatHasSignedLongEnoughOnce() {
    String old = fixture.key().id();
    TokenFixture.Replica other = fixture.replica();
    rotateAfter(MONTH, fixture.replica, other);
    assertThat(published(fixture.replica)).containsExactly(old);

    fixture.clock.advance(MONTH.plusSeconds(1));
    rotateAfter(MONTH, fixture.replica, other);

    assertThat(published(fixture.replica)).hasSize(2).contains(old);
    assertThat(fixture.key().id()).isEqualTo(old);
    fixture.clock.advance(TokenKeys.NOTICE);
    assertThat(fixture.key().id()).isNotEqualTo(old);
    assertThat(TokenFixture.get(other.keys().signing()).id()).isEqualTo(fixture.key().id());
  }

  @Test
  void isKnownEverywhereBeforeANewKeySigns() {
    TokenFixture.Replica other = fixture.replica();
    fixture.clock.advance(MONTH.plusSeconds(1));
    assertThat(published(other)).hasSize(1);
    rotateAfter(MONTH, fixture.replica);

    for (int second = 0; second < 180; second++) {
      String token = fixture.token(TokenFixture.ADMIN);
      StepVerifier.create(other.verifier().verify(token)).expectNextCount(1).verifyComplete();
      fixture.clock.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void goesOnAcceptingTokensOfAKeyThatWasReplacedForItsAge() {
    fixture.clock.advance(MONTH.plusSeconds(1));
    rotateAfter(MONTH, fixture.replica);
    fixture.clock.advance(TokenKeys.NOTICE.minusSeconds(1));
    String old = fixture.token(TokenFixture.ADMIN);

    fixture.clock.advance(TokenFixture.LIFETIME.plusSeconds(30));

    StepVerifier.create(fixture.replica().verifier().verify(old))
        .expectNextCount(1)
        .verifyComplete();
  }

  private static void rotateAfter(Duration age, TokenFixture.Replica... replicas) {
    for (TokenFixture.Replica replica : replicas) {
      StepVerifier.create(replica.keys().rotateIfOlder(age)).verifyComplete();
    }
  }

  @Test
  void learnsTheNewKeyOfAnotherReplicaFromItsFirstToken() {
    TokenFixture.Replica other = fixture.replica();
    rotate();
    String token = fixture.token(TokenFixture.ADMIN);
    fixture.clock.advance(Duration.ofSeconds(6));

    StepVerifier.create(other.verifier().verify(token)).expectNextCount(1).verifyComplete();
  }

  @Test
  void signsWithTheNewKeyOfAnotherReplicaSoon() {
    TokenFixture.Replica other = fixture.replica();
    rotate();

    fixture.clock.advance(TokenKeys.REFRESH.plusSeconds(1));

    assertThat(TokenFixture.get(other.keys().signing()).id()).isEqualTo(fixture.key().id());
  }

  @Test
  void doesNotReadTheRowsForEveryUnknownKey() {
    TokenFixture.Replica other = fixture.replica();
    int before = fixture.keyRows.reads();

    for (int i = 0; i < 10; i++) {
      StepVerifier.create(other.keys().find("unknown" + i)).verifyComplete();
    }
    assertThat(fixture.keyRows.reads()).isEqualTo(before);

    fixture.clock.advance(Duration.ofSeconds(6));
    for (int i = 0; i < 10; i++) {
      StepVerifier.create(other.keys().find("unknown" + i)).verifyComplete();
    }
    assertThat(fixture.keyRows.reads()).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @EnumSource
  void certifiesEachKeyByTheRoot(TokenAlgorithm algorithm) throws Exception {
    try (TokenFixture keys = new TokenFixture(algorithm)) {
      X509Certificate root = certificate(TokenFixture.get(keys.replica.keys().rootCertificate()));

      requireChain(keys, root);
      assertThat(root.getBasicConstraints()).isZero();
      assertThat(root.getNotAfter())
          .isAfter(Date.from(keys.clock.instant().plus(Duration.ofDays(29 * 365))));
    }
  }

  @Test
  void keepsTheRootWhenKeysRotate() throws Exception {
    String before = TokenFixture.get(fixture.replica.keys().rootCertificate());

    rotate();

    assertThat(TokenFixture.get(fixture.replica().keys().rootCertificate())).isEqualTo(before);
    requireChain(fixture, certificate(before));
  }

  @Test
  void signsWithAnImportedKeyAndKeepsAcceptingTheOneBefore() throws Exception {
    String old = fixture.token(TokenFixture.ADMIN);
    ImportedKey imported = new ImportedKey(TokenAlgorithm.ES256, TokenAlgorithm.ES256.generate());
    fixture.clock.advance(Duration.ofSeconds(10));

    TokenFixture.Replica replica = fixture.replica();
    StepVerifier.create(replica.keys().open(Optional.of(imported))).verifyComplete();
    StepVerifier.create(replica.keys().open(Optional.of(imported))).verifyComplete();

    assertThat(TokenFixture.get(replica.keys().signing()).id())
        .isEqualTo(LibtrustKeyId.of(imported.pair().getPublic()));
    assertThat(published(replica)).hasSize(2);
    StepVerifier.create(replica.verifier().verify(old)).expectNextCount(1).verifyComplete();
  }

  @Test
  void refusesAnImportedKeyOfAnotherAlgorithm() throws Exception {
    ImportedKey rsa = new ImportedKey(TokenAlgorithm.RS256, TokenAlgorithm.RS256.generate());

    StepVerifier.create(fixture.replica().keys().open(Optional.of(rsa)))
        .expectErrorMessage("token.key signs with RS256, but token.algorithm is ES256")
        .verify();
  }

  @Test
  void changesTheAlgorithmWithoutLoggingAnybodyOut() {
    String old = fixture.token(TokenFixture.ADMIN);
    TokenSettings rsa =
        new TokenSettings(
            TokenAlgorithm.RS256,
            TokenFixture.LIFETIME,
            fixture.settings.issuer(),
            fixture.settings.service());

    TokenFixture.Replica replica = fixture.replica(rsa);

    assertThat(TokenFixture.get(replica.keys().signing()).header().getAlgorithm().getName())
        .isEqualTo("RS256");
    StepVerifier.create(replica.verifier().verify(old)).expectNextCount(1).verifyComplete();
  }

  private void rotate() {
    fixture.clock.advance(Duration.ofSeconds(1));
    StepVerifier.create(fixture.replica.keys().rotate()).verifyComplete();
  }

  private static List<String> published(TokenFixture.Replica replica) {
    try {
      return JWKSet.parse(TokenFixture.get(replica.keys().jwks())).getKeys().stream()
          .map(JWK::getKeyID)
          .toList();
    } catch (java.text.ParseException e) {
      throw new AssertionError(e);
    }
  }

  /** What a registry does with {@code x5c} and {@code rootcertbundle}. */
  private static void requireChain(TokenFixture fixture, X509Certificate root) throws Exception {
    SignedJWT jwt = SignedJWT.parse(fixture.token(TokenFixture.ADMIN));
    byte[] der = jwt.getHeader().getX509CertChain().getFirst().decode();
    X509Certificate leaf = TokenCertificates.parse(der);
    CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf));
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(fixture.clock.instant()));

    CertPathValidator.getInstance("PKIX").validate(path, parameters);

    assertThat(LibtrustKeyId.of(leaf.getPublicKey())).isEqualTo(jwt.getHeader().getKeyID());
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(jwt.verify(TokenFixture.get(fixture.replica.keys().signing()).verifier())).isTrue();
  }

  private static X509Certificate certificate(String pem) throws Exception {
    assertThat(pem).startsWith("-----BEGIN CERTIFICATE-----\n").endsWith("END CERTIFICATE-----\n");
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(US_ASCII)));
  }
}
