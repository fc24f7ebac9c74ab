package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.auth.oidc.OidcLogin.Begun;
import dev.breakwater.auth.oidc.OidcLogin.Finished;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oidc.OidcUser;
import dev.breakwater.core.oidc.ProviderTokens;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.user.User;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole walk at a real provider program, over real rows. */
final class OidcLoginTest {
  private static final URI CALLBACK = URI.create("https://registry.example/c/oidc/callback");
  private static final String ISSUER_ID = "people";

  @TempDir static Path data;
  private static final MovedClock CLOCK = new MovedClock();
  private static final MockOAuth2Server PROVIDER = new MockOAuth2Server();
  private static final HttpClient BROWSER = HttpClient.newHttpClient();
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static OpenIdentity open;

  private final String subject = "subject-" + COUNT.incrementAndGet();

  @BeforeAll
  static void start() throws Exception {
    PROVIDER.start();
    open = OpenIdentity.in(data, CLOCK);
    open.configure(
        """
        {"auth_mode": "oidc_auth", "oidc_endpoint": "%s", "oidc_client_id": "breakwater",
         "oidc_client_secret": "client-secret", "oidc_scope": "openid,offline_access",
         "oidc_groups_claim": "groups", "oidc_user_claim": "login", "oidc_logout": true,
         "oidc_extra_redirect_parms": "{\\"audience\\":\\"all\\"}"}
        """
            .formatted(PROVIDER.issuerUrl(ISSUER_ID)));
  }

  @AfterAll
  static void stop() throws Exception {
    open.close();
    PROVIDER.shutdown();
    BROWSER.close();
  }

  @BeforeEach
  void reset() {
    CLOCK.reset();
    open.configure(
        """
        {"oidc_auto_onboard": true, "oidc_group_filter": "", "oidc_admin_group": ""}
        """);
  }

  @Test
  void asksForACodeWithStateNonceAndAChallenge() {
    Map<String, List<String>> asked = parameters(begin("/projects").location());

    assertThat(asked).containsEntry("response_type", List.of("code"));
    assertThat(asked).containsEntry("client_id", List.of("breakwater"));
    assertThat(asked).containsEntry("redirect_uri", List.of(CALLBACK.toString()));
    assertThat(asked).containsEntry("code_challenge_method", List.of("S256"));
    assertThat(asked).containsEntry("scope", List.of("openid offline_access"));
    assertThat(asked).containsEntry("audience", List.of("all"));
    assertThat(asked).containsKeys("state", "nonce", "code_challenge");
  }

  @Test
  void onboardsAUserWithTheGroupsThatTheProviderNames() throws Exception {
    Finished finished = logIn(Map.of("login", subject, "groups", List.of("devs", "ops")));

    User user = ((Finished.LoggedIn) finished).user();
    assertThat(user.username()).isEqualTo(subject);
    assertThat(user.administers()).isFalse();
    assertThat(((Finished.LoggedIn) finished).target()).isEqualTo("/projects");
    assertThat(groupsOf(user)).containsExactly("devs", "ops");
  }

  @Test
  void readsGroupsAgainAtEachLogIn() throws Exception {
    User user = loggedIn(Map.of("login", subject, "groups", List.of("devs", "ops")));

    assertThat(loggedIn(Map.of("login", "renamed", "groups", "ops")).id()).isEqualTo(user.id());
    assertThat(groupsOf(user)).containsExactly("ops");
    loggedIn(Map.of("login", subject));
    assertThat(groupsOf(user)).isEmpty();
  }

  @Test
  void countsOnlyGroupsThatTheFilterFindsButAnyForAdministrators() throws Exception {
    open.configure("{\"oidc_group_filter\": \"^reg-\", \"oidc_admin_group\": \"masters\"}");

    User user = loggedIn(Map.of("login", subject, "groups", List.of("reg-a", "b", "masters")));

    assertThat(groupsOf(user)).containsExactly("reg-a");
    assertThat(user.administers()).isTrue();
    assertThat(loggedIn(Map.of("login", subject, "groups", List.of("reg-a"))).administers())
        .isFalse();
  }

  @Test
  void asksForANameUnlessUsersAreOnboardedByThemselves() throws Exception {
    open.configure("{\"oidc_auto_onboard\": false}");
    User taken = loggedInAs("taken-" + subject);
    String second = subject + "-second";

    Finished.NameNeeded needed =
        (Finished.NameNeeded) logIn(second, Map.of("login", "Some One", "groups", List.of("devs")));

    assertThat(needed.suggestion()).isEqualTo("Some_One");
    assertRefused(() -> onboard(needed.cookie(), taken.username()), ErrorCode.CONFLICT);
    assertRefused(() -> onboard(needed.cookie(), "a,b"), ErrorCode.BAD_REQUEST);
    assertRefused(() -> onboard("AAAA", "anybody"), ErrorCode.BAD_REQUEST);
    User user = onboard(needed.cookie(), second);
    assertThat(user.username()).isEqualTo(second);
    assertThat(groupsOf(user)).containsExactly("devs");
    assertRefused(() -> onboard(needed.cookie(), second + "-again"), ErrorCode.BAD_REQUEST);
    assertThat(logIn(second, Map.of("login", "x"))).isInstanceOf(Finished.LoggedIn.class);
  }

  @Test
  void refusesAnAnswerWhoseStateIsAnothers() throws Exception {
    Begun mine = begin("/");
    Begun other = begin("/");
    Map<String, List<String>> answer = visit(other.location());

    assertRefused(() -> finish(mine, answer), ErrorCode.BAD_REQUEST);
    assertRefused(
        () -> finish("", first(answer, "state"), first(answer, "code")), ErrorCode.BAD_REQUEST);
    assertRefused(
        () -> finish("v1.AAAA", first(answer, "state"), first(answer, "code")),
        ErrorCode.BAD_REQUEST);
  }

  @Test
  void refusesALogInThatTookTooLong() throws Exception {
    Begun begun = begin("/");
    Map<String, List<String>> answer = visit(begun.location());
    CLOCK.move(Duration.ofMinutes(11));

    assertRefused(() -> finish(begun, answer), ErrorCode.BAD_REQUEST);
  }

  @Test
  void refusesAnIdTokenWhoseNonceIsAnothers() throws Exception {
    Begun begun = begin("/");
    URI tampered =
        URI.create(begun.location().toString().replaceAll("nonce=[^&]+", "nonce=another"));
    Map<String, List<String>> answer = visit(tampered);

    assertRefused(() -> finish(begun, answer), ErrorCode.UNAUTHORIZED);
  }

  @Test
  void refusesACodeThatAnotherBrowserBegan() throws Exception {
    Begun victim = begin("/");
    Begun attacker = begin("/");
    Map<String, List<String>> stolen = visit(victim.location());
    String state = first(parameters(attacker.location()), "state");

    assertRefused(
        () -> finish(attacker.cookie(), state, first(stolen, "code")), ErrorCode.UNAUTHORIZED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"//evil.example", "/\\evil.example", "https://evil.example", "/a\nb"})
  void sendsTheBrowserToNoOtherHost(String target) {
    assertRefused(() -> begin(target), ErrorCode.BAD_REQUEST);
  }

  @Test
  void acceptsTheCliSecretWhileTheProviderVouches() throws Exception {
    User user = loggedIn(Map.of("login", subject, "groups", List.of("devs")));
    String secret = account(user).cliSecret();

    assertThat(logInByCommandLine(subject, secret)).isEqualTo(user.id());
    assertRefused(() -> logInByCommandLine(subject, secret + "x"), ErrorCode.UNAUTHORIZED);
    assertRefused(() -> logInByCommandLine(subject, ""), ErrorCode.UNAUTHORIZED);
  }

  @Test
  void refreshesAtTheProviderWhenTheIdTokenHasExpiredAndReadsGroupsAgain() throws Exception {
    User user = loggedIn(Map.of("login", subject, "groups", List.of("devs")));
    String secret = account(user).cliSecret();
    Instant before = account(user).tokensExpireAt();
    CLOCK.move(Duration.ofHours(2));
    OpenIdentity.done(
        open.database().update("DELETE FROM user_group_membership WHERE user_id = $1", user.id()));

    assertThat(logInByCommandLine(subject, secret)).isEqualTo(user.id());
    assertThat(groupsOf(user)).containsExactly("devs");
    assertThat(account(user).tokensExpireAt()).isAfterOrEqualTo(before);
  }

  @Test
  void endsTheSecretWhenTheProviderRefusesUntilTheNextLogInByBrowser() throws Exception {
    User user = loggedIn(Map.of("login", subject));
    String secret = account(user).cliSecret();
    CLOCK.move(Duration.ofHours(2));
    OidcUser account = account(user);
    OpenIdentity.done(
        open.directories()
            .oidcUsers()
            .keep(
                user.id(),
                new ProviderTokens(
                    account.tokens().orElseThrow().idToken(), Optional.of("revoked")),
                account.tokensExpireAt()));

    assertRefused(() -> logInByCommandLine(subject, secret), ErrorCode.UNAUTHORIZED);
    CLOCK.reset();
    assertRefused(() -> logInByCommandLine(subject, secret), ErrorCode.UNAUTHORIZED);
    assertThat(account(user).tokens()).isEmpty();

    loggedIn(Map.of("login", subject));
    assertThat(logInByCommandLine(subject, secret)).isEqualTo(user.id());
  }

  @Test
  void acceptsAnIdTokenOfAKnownUserAsABearer() throws Exception {
    User user = loggedIn(Map.of("login", subject));
    String known = token(subject, "breakwater");

    Caller caller = OpenIdentity.value(open.directories().idTokenLogin().login(known));

    assertThat(caller.principal()).isEqualTo(user.principal());
    assertThat(caller.credential()).isEqualTo(Credential.ID_TOKEN);
    assertThat(open.directories().idTokenLogin().recognises(known)).isTrue();
    assertThat(open.directories().idTokenLogin().recognises(foreignToken())).isFalse();
    assertThat(open.directories().idTokenLogin().recognises("a.b.c")).isFalse();
    assertRefused(() -> bearer(token("stranger", "breakwater")), ErrorCode.UNAUTHORIZED);
    assertRefused(() -> bearer(token(subject, "another-client")), ErrorCode.UNAUTHORIZED);
  }

  @Test
  void logsOutAtTheProviderAndEndsTheSecret() throws Exception {
    User user = loggedIn(Map.of("login", subject));
    String secret = account(user).cliSecret();

    URI target =
        OpenIdentity.value(
            open.directories()
                .oidcLogin()
                .logout(user.id(), URI.create("https://registry.example/")));

    assertThat(target.getPath()).isEqualTo("/" + ISSUER_ID + "/endsession");
    assertThat(parameters(target))
        .containsEntry("post_logout_redirect_uri", List.of("https://registry.example/"))
        .containsKey("id_token_hint");
    assertRefused(() -> logInByCommandLine(subject, secret), ErrorCode.UNAUTHORIZED);
  }

  private Finished logIn(Map<String, Object> claims) throws Exception {
    return logIn(subject, claims);
  }

  private Finished logIn(String who, Map<String, Object> claims) throws Exception {
    Begun begun = begin("/projects");
    Map<String, List<String>> answer = visit(begun.location());
    PROVIDER.enqueueCallback(callback(who, claims));
    return finish(begun, answer);
  }

  private User loggedIn(Map<String, Object> claims) throws Exception {
    return ((Finished.LoggedIn) logIn(claims)).user();
  }

  private User loggedInAs(String name) throws Exception {
    open.configure("{\"oidc_auto_onboard\": true}");
    User user = loggedIn(Map.of("login", name));
    open.configure("{\"oidc_auto_onboard\": false}");
    return user;
  }

  private static Begun begin(String target) {
    return OpenIdentity.value(open.directories().oidcLogin().begin(CALLBACK, target));
  }

  private static Finished finish(Begun begun, Map<String, List<String>> answer) {
    return finish(begun.cookie(), first(answer, "state"), first(answer, "code"));
  }

  private static Finished finish(String cookie, String state, String code) {
    return OpenIdentity.value(open.directories().oidcLogin().finish(cookie, state, code, ""));
  }

  private static User onboard(String cookie, String name) {
    return OpenIdentity.value(open.directories().oidcLogin().onboard(cookie, name));
  }

  /** Logs in at the provider; what it tells the browser to bring back. */
  private static Map<String, List<String>> visit(URI location) throws Exception {
    String back =
        BROWSER
            .send(HttpRequest.newBuilder(location).build(), BodyHandlers.discarding())
            .headers()
            .firstValue("Location")
            .orElseThrow();
    assertThat(back).startsWith(CALLBACK.toString());
    return parameters(URI.create(back));
  }

  private static DefaultOAuth2TokenCallback callback(String who, Map<String, Object> claims) {
    return new DefaultOAuth2TokenCallback(
        ISSUER_ID, who, "JWT", List.of("breakwater"), claims, 3600);
  }

  private static String token(String who, String audience) {
    return PROVIDER.issueToken(ISSUER_ID, who, audience, Map.of(), 3600).serialize();
  }

  private static String foreignToken() {
    return PROVIDER.issueToken("others", "subject", "breakwater", Map.of(), 3600).serialize();
  }

  private static Caller bearer(String token) {
    return OpenIdentity.value(open.directories().idTokenLogin().login(token));
  }

  private static long logInByCommandLine(String username, String secret) {
    return OpenIdentity.optional(open.directories().cliSecretLogin().login(username, secret))
        .orElseThrow(() -> new RegistryException(ErrorCode.UNAUTHORIZED, "refused"))
        .id();
  }

  private static OidcUser account(User user) {
    return OpenIdentity.value(open.directories().oidcUsers().read(user.id()));
  }

  private static List<String> groupsOf(User user) {
    return open.texts(
        """
        SELECT name FROM user_group JOIN user_group_membership ON group_id = id
        WHERE user_id = %d ORDER BY name
        """
            .formatted(user.id()));
  }

  private static Map<String, List<String>> parameters(URI uri) {
    return new QueryStringDecoder(uri).parameters();
  }

  private static String first(Map<String, List<String>> parameters, String name) {
    return parameters.getOrDefault(name, List.of()).getFirst();
  }

  private static void assertRefused(Runnable attempt, ErrorCode code) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            RegistryException.class, error -> assertThat(error.code()).isEqualTo(code));
  }

  /** Goes with the real one, and can be ahead of it. */
  private static final class MovedClock extends Clock {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    void move(Duration duration) {
      ahead.set(duration);
    }

    void reset() {
      ahead.set(Duration.ZERO);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead.get());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
