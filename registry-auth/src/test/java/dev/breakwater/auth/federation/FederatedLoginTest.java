package dev.breakwater.auth.federation;

import static dev.breakwater.auth.federation.FederationFixture.GITHUB;
import static dev.breakwater.auth.federation.FederationFixture.GITLAB;
import static dev.breakwater.auth.federation.FederationFixture.KUBERNETES;
import static dev.breakwater.auth.federation.FederationFixture.exact;
import static dev.breakwater.auth.federation.FederationFixture.glob;
import static dev.breakwater.auth.federation.FederationFixture.sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.robot.Robot;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class FederatedLoginTest {
  private final FederationFixture fixture = new FederationFixture();
  private final ECKey key = newKey("k1");

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void letsAnActionOfGithubIn() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule(
        "release",
        GITHUB,
        exact("repository_id", "456789"),
        glob("ref", "refs/heads/release/*"),
        exact("environment", "production"));
    String token = sign(key, github("refs/heads/release/1.2").build());

    StepVerifier.create(fixture.login("oidc", token))
        .assertNext(caller -> {
          assertThat(caller.principal().name()).isEqualTo("robot$deployer");
          assertThat(caller.credential()).isEqualTo(Credential.WORKLOAD_TOKEN);
          assertThat(caller.validUntil()).contains(fixture.now.plusSeconds(600));
        })
        .verifyComplete();
    refuses(sign(key, github("refs/heads/main").build()));
    refuses(sign(key, github("refs/heads/release/a/b").build()));
    refuses(sign(key, github("refs/heads/release/1").claim("repository_id", "4567890").build()));
  }

  @Test
  void letsAJobOfGitlabIn() throws Exception {
    fixture.publish(GITLAB, key);
    fixture.rule("gitlab", GITLAB, exact("project_id", "42"), exact("ref_protected", "true"));

    lets(sign(key, gitlab("push").build()));
    refuses(sign(key, gitlab("merge_request_event").build()));
    refuses(sign(key, gitlab("push").claim("ref_protected", "false").build()));
  }

  @Test
  void letsAServiceAccountOfKubernetesInByTheKeysOfItsRule() throws Exception {
    fixture.rule(
        "cluster",
        KUBERNETES,
        new JWKSet(key.toPublicJWK()).toString(),
        fixture.robot.id(),
        exact("kubernetes.io/namespace", "ci"),
        exact("kubernetes.io/serviceaccount/name", "builder"));

    lets(sign(key, kubernetes("ci", "builder").build()));
    refuses(sign(key, kubernetes("ci", "other").build()));
    refuses(sign(key, kubernetes("other", "builder").build()));
    assertThat(fixture.requests).isEmpty();
  }

  @Test
  void refusesPullRequestsUnlessTheRuleSpeaksOfThem() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    String pullRequest =
        sign(key, github("refs/pull/7/merge").claim("event_name", "pull_request").build());

    refuses(pullRequest);

    fixture.rule(
        "preview", GITHUB, exact("repository_id", "456789"), exact("event_name", "pull_request"));
    lets(pullRequest);
  }

  @Test
  void leavesEverythingElseToOthers() throws Exception {
    fixture.publish(GITHUB, key);

    for (String text :
        List.of(
            "password",
            "eyJ.no.token",
            "eyJhbGciOiJub25lIn0.e30.",
            sign(key, github("refs/heads/main").build()))) {
      StepVerifier.create(fixture.login("oidc", text)).verifyComplete();
    }
    assertThat(fixture.requests).isEmpty();
  }

  @Test
  void wantsExactlyOneRobotOrTheNameOfARule() throws Exception {
    fixture.publish(GITHUB, key);
    Robot other = fixture.robot("other");
    fixture.rule("one", GITHUB, exact("repository_id", "456789"));
    fixture.rule("two", GITHUB, "", other.id(), exact("repository_owner", "octo"));
    String token = sign(key, github("refs/heads/main").build());

    StepVerifier.create(fixture.login("oidc", token)).verifyError(RegistryException.class);
    StepVerifier.create(fixture.login("two", token))
        .assertNext(caller -> assertThat(caller.principal().name()).isEqualTo("robot$other"))
        .verifyComplete();
  }

  @Test
  void refusesADisabledRobot() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    fixture.robots.disable(fixture.robot.id());

    refuses(sign(key, github("refs/heads/main").build()));
  }

  @Test
  void recordsTheFirstUseOfATokenOnly() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    String token = sign(key, github("refs/heads/main").build());

    lets(token);
    lets(token);
    lets(sign(key, github("refs/heads/main").build()));

    assertThat(fixture.events).hasSize(2);
    assertThat(fixture.events.getFirst().type()).isEqualTo(EventType.LOGIN_WORKLOAD);
    assertThat(fixture.events.getFirst().description()).contains(GITHUB).contains("repo:octo/app");
    assertThat(fixture.events.toString()).doesNotContain(token.substring(token.length() - 20));
  }

  @Test
  void refusesWrongTimesAudiencesAndIssuers() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    Instant now = fixture.now;

    refuses(sign(key, main().expirationTime(Date.from(now.minusSeconds(61))).build()));
    refuses(sign(key, main().expirationTime(null).build()));
    refuses(sign(key, main().notBeforeTime(Date.from(now.plusSeconds(61))).build()));
    refuses(sign(key, main().issueTime(Date.from(now.plusSeconds(61))).build()));
    refuses(sign(key, main().audience("breakwater/").build()));
    refuses(sign(key, main().audience(List.of()).build()));
    refuses(sign(key, main().audience("BREAKWATER").build()));
    lets(sign(key, main().audience(List.of("x", "breakwater")).build()));
    lets(sign(key, main().expirationTime(Date.from(now.minusSeconds(30))).build()));
    StepVerifier.create(fixture.login("oidc", sign(key, main().issuer(GITHUB + "/").build())))
        .verifyComplete();
    StepVerifier.create(fixture.login("oidc", sign(key, main().issuer(null).build())))
        .verifyComplete();
  }

  @Test
  void believesNothingThatATokenSaysAboutItsOwnKey() throws Exception {
    ECKey attacker = newKey("k1");
    fixture.publish(GITHUB, key);
    fixture.publish("https://attacker.example.com", attacker);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1");

    refuses(sign(attacker, main().build()));
    refuses(sign(header.jwk(attacker.toPublicJWK()).build(), attacker, main().build()));
    refuses(
        sign(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID("k1")
                .jwkURL(URI.create("https://attacker.example.com/keys"))
                .build(),
            attacker,
            main().build()));
    refuses(
        sign(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID("k1")
                .x509CertURL(URI.create("https://attacker.example.com/keys"))
                .build(),
            attacker,
            main().build()));
    refuses(
        sign(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("../../../../dev/null").build(),
            attacker,
            main().build()));
    assertThat(fixture.requests).noneMatch(uri -> uri.contains("attacker"));
  }

  @Test
  void refusesOtherAlgorithmsAlsoWithThePublicKeyAsSecret() throws Exception {
    RSAKey rsa = new RSAKeyGenerator(2048).keyID("k1").generate();
    fixture.publish(GITHUB, rsa);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    SignedJWT symmetric =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), main().build());
    symmetric.sign(new MACSigner(rsa.toRSAPublicKey().getEncoded()));
    String[] parts = symmetric.serialize().split("\\.", -1);
    String none = Base64URL.encode("{\"alg\":\"none\",\"kid\":\"k1\"}").toString();

    refuses(symmetric.serialize());
    StepVerifier.create(fixture.login("oidc", none + "." + parts[1] + ".")).verifyComplete();
    refuses(sign(key, main().build()));
  }

  @Test
  void refusesATamperedToken() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    String[] parts = sign(key, main().build()).split("\\.", -1);
    String[] other = sign(key, main().claim("repository_id", "1").build()).split("\\.", -1);

    refuses(parts[0] + "." + parts[1] + "." + other[2]);
  }

  @Test
  void readsNoMoreThanSixteenKilobytes() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    String token = sign(key, main().claim("x", "y".repeat(20_000)).build());

    StepVerifier.create(fixture.login("oidc", token)).verifyComplete();
    StepVerifier.create(fixture.login("oidc", "eyJ" + "a".repeat(1_000_000) + ".b.c"))
        .verifyComplete();
  }

  @Test
  void findsRotatedKeysButAsksTheIssuerSeldom() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    lets(sign(key, main().build()));
    ECKey next = newKey("k2");
    fixture.publish(GITHUB, next);

    refuses(sign(next, main().build()));
    for (int i = 0; i < 20; i++) {
      refuses(sign(newKey("made-up-" + i), main().subject("somebody" + i).build()));
    }
    assertThat(fixture.requests).hasSize(2);
    fixture.now = fixture.now.plus(IssuerKeys.PAUSE).plusSeconds(1);

    lets(sign(next, main().build()));
    assertThat(fixture.requests).hasSize(4);
    refuses(sign(key, main().build()));
  }

  @Test
  void tellsTheAuditLogOfRefusalsButNotOfEachOne() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    for (int i = 0; i < 5; i++) {
      refuses(sign(newKey("k1"), main().jwtID("guess" + i).build()));
    }
    StepVerifier.create(
            fixture.loginFrom("198.51.100.7", "oidc", sign(newKey("k1"), main().build())))
        .verifyError(RegistryException.class);

    assertThat(fixture.events)
        .extracting(Event::resource, Event::address, Event::successful)
        .containsExactly(
            tuple("release", "192.0.2.1", false), tuple("release", "198.51.100.7", false));
    assertThat(fixture.events.getFirst().description()).contains("jti guess0");
  }

  @Test
  void makesWhoeverGuessesWaitAndNobodyElse() throws Exception {
    fixture.publish(GITHUB, key);
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    lets(sign(key, main().subject("another job").build()));
    for (int i = 0; i < 10; i++) {
      refuses(sign(newKey("k1"), main().build()));
    }
    String right = sign(key, main().build());

    StepVerifier.create(fixture.login("oidc", right))
        .expectErrorSatisfies(error ->
            assertThat(((RegistryException) error).code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS))
        .verify();
    lets(sign(key, main().subject("another job").build()));
    StepVerifier.create(fixture.loginFrom("198.51.100.7", "oidc", right))
        .expectNextCount(1)
        .verifyComplete();

    for (int i = 0; i < 200; i++) {
      fixture
          .login("oidc", sign(key, main().subject("s" + i).audience("x").build()))
          .hasElement()
          .onErrorReturn(false)
          .block();
    }
    StepVerifier.create(fixture.login("oidc", sign(key, main().subject("a new job").build())))
        .verifyError(RegistryException.class);
    lets(sign(key, main().subject("another job").build()));
  }

  @Test
  void letsNobodyInWhileTheIssuerCannotBeAsked() throws Exception {
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));
    String token = sign(key, main().build());

    StepVerifier.create(fixture.login("oidc", token))
        .expectErrorSatisfies(error ->
            assertThat(((RegistryException) error).code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .verify();
    fixture.publish(GITHUB, key);
    StepVerifier.create(fixture.login("oidc", token)).verifyError(RegistryException.class);
    fixture.now = fixture.now.plus(IssuerKeys.PAUSE).plusSeconds(1);

    lets(sign(key, main().build()));
  }

  @Test
  void takesKeysOnlyFromTheIssuersOwnDocument() throws Exception {
    fixture.publish("https://attacker.example.com", key);
    fixture.documents.put(
        GITHUB + "/.well-known/openid-configuration",
        "{\"issuer\":\"https://attacker.example.com\","
            + "\"jwks_uri\":\"https://attacker.example.com/keys\"}");
    fixture.rule("release", GITHUB, exact("repository_id", "456789"));

    StepVerifier.create(fixture.login("oidc", sign(key, main().build())))
        .verifyError(RegistryException.class);

    assertThat(fixture.requests).hasSize(1);
  }

  private void lets(String token) {
    StepVerifier.create(fixture.login("oidc", token)).expectNextCount(1).verifyComplete();
  }

  private void refuses(String token) {
    StepVerifier.create(fixture.login("oidc", token))
        .expectErrorSatisfies(error ->
            assertThat(error)
                .isInstanceOfSatisfying(
                    RegistryException.class,
                    known -> assertThat(known.code()).isEqualTo(ErrorCode.UNAUTHORIZED))
                .hasMessage("the token of the workload is not one that may log in here"))
        .verify();
  }

  private JWTClaimsSet.Builder main() {
    return github("refs/heads/main");
  }

  private JWTClaimsSet.Builder github(String ref) {
    return fixture
        .claims(GITHUB, "repo:octo/app:ref:" + ref)
        .claim("repository", "octo/app")
        .claim("repository_id", "456789")
        .claim("repository_owner", "octo")
        .claim("repository_owner_id", "123456")
        .claim("ref", ref)
        .claim("event_name", "push")
        .claim("environment", "production")
        .claim("run_id", "1")
        .claim("job_workflow_ref", "octo/app/.github/workflows/release.yml@" + ref);
  }

  private JWTClaimsSet.Builder gitlab(String source) {
    return fixture
        .claims(GITLAB, "project_path:group/app:ref_type:branch:ref:main")
        .claim("project_id", "42")
        .claim("project_path", "group/app")
        .claim("ref", "main")
        .claim("ref_protected", "true")
        .claim("pipeline_source", source);
  }

  private JWTClaimsSet.Builder kubernetes(String namespace, String account) {
    return fixture
        .claims(KUBERNETES, "system:serviceaccount:" + namespace + ":" + account)
        .audience(List.of(FederationFixture.AUDIENCE))
        .claim(
            "kubernetes.io",
            Map.of(
                "namespace", namespace, "serviceaccount", Map.of("name", account, "uid", "u-1")));
  }

  private static ECKey newKey(String id) {
    try {
      return FederationFixture.key(id);
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }
}
