package dev.breakwater.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.core.access.RobotAccess;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Grants;
import dev.breakwater.core.principal.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class TokenServiceTest {
  private static final Principal ROBOT =
      new Principal.Robot(5, "robot$ci", Optional.empty(), RobotAccess.NONE);

  private final TokenFixture fixture = new TokenFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void writesTheClaimsThatRegistriesCheck() throws Exception {
    String token = fixture.token(TokenFixture.ADMIN, "repository:team/app:pull,push");

    SignedJWT jwt = SignedJWT.parse(token);
    Map<String, Object> claims = jwt.getPayload().toJSONObject();
    assertThat(claims)
        .containsEntry("iss", "breakwater")
        .containsEntry("sub", "admin")
        .containsEntry("aud", "registry.example")
        .containsEntry("iat", 1780315200L)
        .containsEntry("nbf", 1780315200L)
        .containsEntry("exp", 1780317000L)
        .containsEntry(
            "access",
            List.of(
                Map.of(
                    "type", "repository", "name", "team/app", "actions", List.of("pull", "push"))));
    assertThat(claims.get("jti")).asString().isNotEmpty();
    assertThat(jwt.getHeader().toJSONObject())
        .containsEntry("alg", "ES256")
        .containsEntry("typ", "JWT")
        .containsEntry("kid", fixture.key().id());
    assertThat(jwt.getHeader().getX509CertChain()).hasSize(1);
  }

  @Test
  void grantsTheWholeOfWhatAnAdministratorAsksFor() {
    assertThat(granted(TokenFixture.ADMIN, "repository:team/app:push,pull registry:catalog:*"))
        .isEqualTo(
            new Grants(
                Map.of(RepositoryName.parse("team/app"), Set.of(Action.PULL, Action.PUSH)), true));
  }

  @Test
  void grantsOnlyTheAllowedPartOfWhatWasAsked() {
    assertThat(
            granted(
                TokenFixture.ALICE,
                "repository:library/busybox:pull,push,delete",
                "repository:team/app:pull",
                "registry:catalog:*"))
        .isEqualTo(
            new Grants(
                Map.of(RepositoryName.parse("library/busybox"), Set.of(Action.PULL)), false));
  }

  @Test
  void grantsNoMoreThanWasAskedEvenIfMoreIsAllowed() {
    assertThat(granted(TokenFixture.ADMIN, "repository:team/app:pull").repositories())
        .isEqualTo(Map.of(RepositoryName.parse("team/app"), Set.of(Action.PULL)));
    assertThat(granted(TokenFixture.ADMIN)).isEqualTo(Grants.NONE);
  }

  @Test
  void letsAnybodyPullFromAPublicProject() throws Exception {
    String token = fixture.token(Caller.ANONYMOUS, "repository:library/busybox:pull");

    assertThat(SignedJWT.parse(token).getPayload().toJSONObject()).containsEntry("sub", "");
    StepVerifier.create(fixture.replica().verifier().verify(token))
        .assertNext(verified -> {
          assertThat(verified.holder()).isEqualTo(new TokenHolder.Nobody());
          assertThat(verified.grants().repositories()).hasSize(1);
        })
        .verifyComplete();
  }

  @Test
  void tellsWhatItGrantedAndForHowLong() {
    IssuedToken issued =
        TokenFixture.get(
            fixture
                .service()
                .issue(
                    TokenFixture.ADMIN,
                    Optional.of("registry.example"),
                    List.of("repository:a/b:push,pull", "registry:catalog:*")));

    assertThat(issued.scope()).isEqualTo("repository:a/b:pull,push registry:catalog:*");
    assertThat(issued.issuedAt()).isEqualTo(Instant.parse("2026-06-01T12:00:00Z"));
    assertThat(issued.lifetime()).isEqualTo(TokenFixture.LIFETIME);
    assertThat(issued.toString()).doesNotContain(issued.token());
  }

  @Test
  void doesNotWidenATokenThatWasPresented() {
    Grants narrow =
        new Grants(Map.of(RepositoryName.parse("team/app"), Set.of(Action.PULL)), false);
    Caller caller = Caller.withToken(TokenFixture.ADMIN.principal(), narrow);

    assertThat(
            granted(
                caller, "repository:team/app:pull,push repository:team/b:pull registry:catalog:*"))
        .isEqualTo(narrow);
  }

  @Test
  void namesTheRuleThatLetAWorkloadInBesideItsRobot() throws Exception {
    Caller robot = Caller.of(ROBOT, Credential.WORKLOAD_TOKEN);
    String token = fixture.token(robot.by(9));

    assertThat(SignedJWT.parse(token).getPayload().toJSONObject())
        .containsEntry("rid", 5L)
        .containsEntry("fid", 9L);
    assertThat(holder(token)).isEqualTo(new TokenHolder.Workload(5, 9));
    assertThat(holder(fixture.token(robot))).isEqualTo(new TokenHolder.Robot(5));
  }

  private TokenHolder holder(String token) {
    return TokenFixture.get(fixture.replica().verifier().verify(token)).holder();
  }

  @Test
  void refusesToIssueForAnotherService() {
    StepVerifier.create(
            fixture.service().issue(TokenFixture.ADMIN, Optional.of("elsewhere"), List.of()))
        .expectErrorSatisfies(e ->
            assertThat(e)
                .isInstanceOfSatisfying(
                    RegistryException.class,
                    known -> assertThat(known.code()).isEqualTo(ErrorCode.BAD_REQUEST)))
        .verify();
  }

  @Test
  void signsWithRsaWhereThatIsWanted() throws Exception {
    try (TokenFixture rsa = new TokenFixture(TokenAlgorithm.RS256)) {
      String token = rsa.token(TokenFixture.ADMIN, "repository:team/app:pull");

      assertThat(SignedJWT.parse(token).getHeader().getAlgorithm().getName()).isEqualTo("RS256");
      StepVerifier.create(rsa.replica().verifier().verify(token))
          .expectNextCount(1)
          .verifyComplete();
    }
  }

  @Test
  void tellsAnotherReplicaTheSameAsItself() throws Exception {
    String token =
        fixture.token(
            TokenFixture.ADMIN, "repository:a/b:pull repository:c/d:* registry:catalog:*");

    VerifiedToken here = TokenFixture.get(fixture.verifier().verify(token));
    VerifiedToken there = TokenFixture.get(fixture.replica().verifier().verify(token));

    assertThat(there).isEqualTo(here);
    JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
    assertThat(here.expiresAt()).isEqualTo(claims.getExpirationTime().toInstant());
  }

  private Grants granted(Caller caller, String... scopes) {
    return TokenFixture.get(fixture.verifier().verify(fixture.token(caller, scopes))).grants();
  }
}
