package dev.breakwater.auth.login;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.auth.robot.RobotLogin;
import dev.breakwater.auth.token.InvalidTokenException;
import dev.breakwater.auth.token.TokenFixture;
import dev.breakwater.auth.user.LocalLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.limit.SharedBuckets;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.robot.InMemoryRobotRepository;
import dev.breakwater.core.user.InMemoryUserRepository;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.user.User;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class AuthenticatorTest {
  private static final String PASSWORD = "pass:word with colon";

  private final CryptoPool pool = new CryptoPool("crypto-test", 1);
  private final TokenFixture tokens = new TokenFixture();
  private final InMemoryUserRepository users = new InMemoryUserRepository();
  private final PasswordHasher hasher = new PasswordHasher(pool, 1000);
  private final Mono<IdentityRules> rules = Mono.just(IdentityRules.DEFAULT);
  private final LocalLogin logins = new LocalLogin(users, hasher);
  private final InMemoryRobotRepository robots = new InMemoryRobotRepository();
  private final Authenticator authenticator =
      new Authenticator(
          logins,
          new RobotLogin(robots, hasher, rules, Clock.systemUTC()),
          new UserLogin(logins, Map.of(), rules),
          (_, _, _) -> Mono.empty(),
          List.of(),
          tokens.verifier(),
          new LoginThrottle(SharedBuckets.NONE),
          rules);
  private final User admin =
      hasher
          .hash(PASSWORD)
          .flatMap(hash -> users.create(NewUser.local("admin", null, "", "", true, hash)))
          .blockOptional()
          .orElseThrow();

  @AfterEach
  void close() {
    pool.close();
    tokens.close();
  }

  @Test
  void takesARequestWithoutCredentialsForAnonymous() {
    StepVerifier.create(authenticate(null)).expectNext(Caller.ANONYMOUS).verifyComplete();
    StepVerifier.create(authenticate(basic(":"))).expectNext(Caller.ANONYMOUS).verifyComplete();
  }

  @Test
  void limitsAPasswordToNothing() {
    StepVerifier.create(authenticate(basic("admin:" + PASSWORD)))
        .assertNext(caller -> {
          assertThat(caller.principal()).isEqualTo(new Principal.User(admin.id(), "admin", true));
          assertThat(caller.grants()).isEmpty();
        })
        .verifyComplete();
  }

  @Test
  void limitsATokenToWhatItWasIssuedFor() {
    String token =
        issue(Caller.of(new Principal.User(admin.id(), "admin", true), Credential.PASSWORD));

    StepVerifier.create(authenticate("bearer " + token))
        .assertNext(caller -> {
          assertThat(caller.principal().systemAdministrator()).isTrue();
          assertThat(caller.grants().orElseThrow().repositories())
              .containsOnlyKeys(RepositoryName.parse("library/busybox"));
          assertThat(
                  caller
                      .grants()
                      .orElseThrow()
                      .allows(RepositoryName.parse("library/busybox"), Action.PUSH))
              .isFalse();
        })
        .verifyComplete();
  }

  @Test
  void issuesNothingForATokenThatOutlivesIt() {
    String first =
        issue(Caller.of(new Principal.User(admin.id(), "admin", true), Credential.PASSWORD));
    Instant end = end(first);

    tokens.advance(Duration.ofMinutes(20));
    String second = authenticate("Bearer " + first).map(this::issue).blockOptional().orElseThrow();

    assertThat(second).isNotEqualTo(first);
    assertThat(end(second)).isEqualTo(end);
  }

  private Instant end(String token) {
    return tokens.verifier().verify(token).blockOptional().orElseThrow().expiresAt();
  }

  @Test
  void knowsTheHolderOfAnAnonymousTokenFromNobody() {
    StepVerifier.create(authenticate("Bearer " + issue(Caller.ANONYMOUS)))
        .assertNext(caller -> {
          assertThat(caller.principal()).isEqualTo(new Principal.Anonymous());
          assertThat(caller.isUnauthenticated()).isFalse();
        })
        .verifyComplete();
  }

  @Test
  void refusesTheTokenOfAUserWhoIsGone() {
    String token = issue(Caller.of(new Principal.User(99, "gone", false), Credential.PASSWORD));

    StepVerifier.create(authenticate("Bearer " + token)).verifyError(InvalidTokenException.class);
  }

  @Test
  void asksForTheRightsOfAUserAtPresentAndNotThoseInTheToken() {
    User bob =
        users.create(NewUser.local("bob", null, "", "", false, null)).blockOptional().orElseThrow();
    String token = issue(Caller.of(new Principal.User(bob.id(), "bob", true), Credential.PASSWORD));

    StepVerifier.create(authenticate("Bearer " + token))
        .assertNext(caller -> assertThat(caller.principal().systemAdministrator()).isFalse())
        .verifyComplete();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic",
        "Basic !!!",
        "Basic YWRtaW4=",
        "Basic YWRtaW46d3Jvbmc=",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Digest username=\"admin\"",
        "Negotiate abc",
        "admin"
      })
  void refusesAHeaderThatProvesNothing(String header) {
    StepVerifier.create(authenticate(header))
        .expectErrorSatisfies(AuthenticatorTest::isUnauthorized)
        .verify();
  }

  @Test
  void refusesAMegabyteOfHeaderUnread() {
    for (String scheme : List.of("Basic ", "Bearer ", "")) {
      StepVerifier.create(authenticate(scheme + "A".repeat(1024 * 1024)))
          .expectErrorSatisfies(AuthenticatorTest::isUnauthorized)
          .verify();
    }
  }

  @Test
  void neverShowsASecret() {
    assertThat(AuthorizationHeader.parse(basic("admin:" + PASSWORD)).toString())
        .doesNotContain(PASSWORD);
    assertThat(AuthorizationHeader.parse("Bearer abc.def.ghi").toString()).doesNotContain("abc");
    StepVerifier.create(authenticate("Secret hush"))
        .expectErrorSatisfies(e -> assertThat(e).hasMessageNotContaining("hush"))
        .verify();
  }

  private Mono<Caller> authenticate(@Nullable String authorization) {
    return authenticator.authenticate(authorization, Door.REGISTRY, "");
  }

  private static void isUnauthorized(Throwable error) {
    assertThat(error)
        .isInstanceOfSatisfying(
            RegistryException.class,
            known -> assertThat(known.code()).isEqualTo(ErrorCode.UNAUTHORIZED));
  }

  private String issue(Caller caller) {
    return tokens
        .service()
        .issue(caller, Optional.empty(), List.of("repository:library/busybox:pull"))
        .blockOptional()
        .orElseThrow()
        .token();
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }
}
