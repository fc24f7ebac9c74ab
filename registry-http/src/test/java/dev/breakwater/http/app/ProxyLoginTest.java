package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.user.User;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Log-in by a proxy that speaks as those before Harbor do. */
final class ProxyLoginTest {
  @TempDir static Path data;
  private static OpenIdentity open;
  private static AuthenticationProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    proxy = AuthenticationProxy.start();
    open = OpenIdentity.in(data, Clock.systemUTC());
    open.configure(
        """
        {"auth_mode": "http_auth", "http_authproxy_endpoint": "%s",
         "http_authproxy_tokenreview_endpoint": "%s",
         "http_authproxy_admin_groups": "masters, chiefs",
         "http_authproxy_admin_usernames": "root"}
        """
            .formatted(proxy.loginEndpoint(), proxy.reviewEndpoint()));
  }

  @AfterAll
  static void stop() throws Exception {
    open.close();
    proxy.close();
  }

  @BeforeEach
  void reset() {
    proxy.putEverybodyIn();
    open.configure("{\"http_authproxy_skip_search\": false}");
  }

  @Test
  void acceptsThePasswordAndReviewsTheSessionForGroups() {
    proxy.putEverybodyIn("devs", "ops");
    User user = login("carol", "carol-password").orElseThrow();

    assertThat(user.username()).isEqualTo("carol");
    assertThat(user.administers()).isFalse();
    assertThat(groups(user)).containsExactly("devs", "ops");

    proxy.putEverybodyIn("ops", "chiefs");
    assertThat(login("carol", "carol-password").orElseThrow().administers()).isTrue();
    assertThat(groups(user)).containsExactly("chiefs", "ops");
  }

  @Test
  void refusesWrongAndEmptyPasswords() {
    assertThat(login("carol", "wrong")).isEmpty();
    assertThat(login("carol", "")).isEmpty();
    assertThat(login("nobody", "carol-password")).isEmpty();
  }

  @Test
  void acceptsATokenForItsOwnUserOnly() {
    assertThat(login("tokenreview$dora", "token-of-dora").orElseThrow().username())
        .isEqualTo("dora");
    assertThat(login("tokenreview$carol", "token-of-dora")).isEmpty();
    assertThat(login("tokenreview$dora", "something")).isEmpty();
    assertThat(OpenIdentity.value(open.directories().proxyPeople().loginByToken("token-of-root")))
        .matches(User::administers);
  }

  @Test
  void doesNotTakeOverAUserWhosePasswordIsHere() {
    OpenIdentity.done(
        open.database()
            .update("INSERT INTO app_user (username) VALUES ('local') ON CONFLICT DO NOTHING"));

    assertThat(login("tokenreview$local", "token-of-local")).isEmpty();
  }

  @Test
  void makesARowForANameOnlyWhereTheSettingsAllowThat() {
    assertThat(OpenIdentity.optional(open.directories().proxyPeople().onboard("erin"))).isEmpty();
    open.configure("{\"http_authproxy_skip_search\": true}");
    assertThat(OpenIdentity.optional(open.directories().proxyPeople().onboard("erin"))).isPresent();
  }

  @Test
  void saysThatTheProxyDoesNotAnswerAsItShould() {
    assertThatThrownBy(() -> login("broken", "x"))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  private static Optional<User> login(String username, String password) {
    return OpenIdentity.optional(open.directories().proxyPeople().login(username, password));
  }

  private static List<String> groups(User user) {
    return open.texts(
        """
        SELECT name FROM user_group JOIN user_group_membership ON group_id = id
        WHERE user_id = %d AND kind = 2 ORDER BY name
        """
            .formatted(user.id()));
  }
}
