package dev.breakwater.auth.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.oidc.OidcUser;
import dev.breakwater.core.oidc.OidcUsers;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.user.User;
import java.net.URI;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Log-in by browser at an OpenID provider: the code flow with state, nonce and PKCE (OpenID Connect
 * Core 1.0, 3.1; RFC 7636).
 */
public final class OidcLogin {
  /** How long somebody may take at the provider. */
  public static final Duration PATIENCE = Duration.ofMinutes(10);

  private final ConfigurationSource configuration;
  private final OidcProvider provider;
  private final OidcOnboarding onboarding;
  private final OidcUsers users;
  private final SecretBox box;
  private final Clock clock;

  public OidcLogin(
      ConfigurationSource configuration,
      OidcProvider provider,
      OidcOnboarding onboarding,
      OidcUsers users,
      SecretBox box,
      Clock clock) {
    this.configuration = configuration;
    this.provider = provider;
    this.onboarding = onboarding;
    this.users = users;
    this.box = box;
    this.clock = clock;
  }

  /**
   * Begins a log-in.
   *
   * @param callback where the provider sends the browser back to
   * @param target a path of this server, where the browser goes afterwards; empty: the root
   */
  public Mono<Begun> begin(URI callback, String target) {
    return settings()
        .map(settings -> new Asked(settings, local(target)))
        .flatMap(
            asked -> provider.of(asked.settings()).map(found -> begin(asked, found, callback)));
  }

  private Begun begin(Asked asked, Provider found, URI callback) {
    OidcSettings settings = asked.settings();
    State state = new State(32);
    Nonce nonce = new Nonce(32);
    CodeVerifier verifier = new CodeVerifier();
    AuthenticationRequest.Builder request =
        new AuthenticationRequest.Builder(
                ResponseType.CODE,
                new Scope(settings.scopes().toArray(new String[0])),
                new ClientID(settings.clientId()),
                callback)
            .endpointURI(found.authorization())
            .state(state)
            .nonce(nonce)
            .codeChallenge(verifier, CodeChallengeMethod.S256);
    settings.extra().forEach((name, value) -> request.customParameter(name, value));
    PendingLogin pending =
        new PendingLogin(
            state.getValue(),
            nonce.getValue(),
            verifier.getValue(),
            callback.toString(),
            asked.target().value(),
            clock.instant().plus(PATIENCE));
    return new Begun(request.build().toURI(), pending.seal(box));
  }

  /**
   * Finishes a log-in.
   *
   * @param cookie what {@link #begin} gave the browser
   * @param state as the provider's answer has it
   * @param code as the provider's answer has it
   * @param problem the provider's reason to refuse; empty if it did not
   */
  public Mono<Finished> finish(String cookie, String state, String code, String problem) {
    return settings().flatMap(settings -> finish(settings, cookie, state, code, problem));
  }

  private Mono<Finished> finish(
      OidcSettings settings, String cookie, String state, String code, String problem) {
    PendingLogin pending = PendingLogin.open(box, cookie, clock.instant());
    if (!MessageDigest.isEqual(pending.state().getBytes(UTF_8), state.getBytes(UTF_8))) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "the state is not that of the log-in which this browser began");
    }
    if (!problem.isEmpty()) {
      throw new RegistryException(
          ErrorCode.UNAUTHORIZED,
          "the OpenID provider refuses this log-in: " + Printable.shorten(problem));
    }
    if (code.isEmpty()) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "the provider's answer has no code");
    }
    return provider
        .of(settings)
        .flatMap(found ->
            provider
                .calls()
                .redeem(
                    settings,
                    found,
                    code,
                    URI.create(pending.redirect()),
                    pending.verifier(),
                    pending.nonce()))
        .flatMap(known -> onboarding.welcome(known, settings.autoOnboard(), pending.target()));
  }

  /**
   * Gives a person who logged in the name that they chose.
   *
   * @param cookie what {@link Finished.NameNeeded} gave the browser
   * @return an error CONFLICT if the name is taken
   */
  public Mono<User> onboard(String cookie, String username) {
    return settings().flatMap(_ -> onboarding.onboard(cookie, username));
  }

  /**
   * Where the browser goes to log out at the provider as well; empty if it stays here.
   *
   * @param home where the provider sends it back to
   */
  public Mono<URI> logout(long userId, URI home) {
    return configuration
        .current()
        .filter(OidcSettings::isOn)
        .map(OidcSettings::of)
        .filter(OidcSettings::logout)
        .flatMap(settings -> users.read(userId).flatMap(user -> logout(settings, user, home)));
  }

  private Mono<URI> logout(OidcSettings settings, OidcUser user, URI home) {
    return provider
        .of(settings)
        .flatMap(found ->
            Mono.justOrEmpty(user.tokens().flatMap(tokens -> tokens.refreshToken()))
                .flatMap(token -> provider.calls().revoke(settings, found, token))
                .then(users.forgetTokens(user.userId()))
                .then(Mono.defer(() -> Mono.justOrEmpty(logoutAddress(found, user, home)))));
  }

  private static Optional<URI> logoutAddress(Provider found, OidcUser user, URI home) {
    return found
        .endSession()
        .flatMap(end -> user.tokens().map(tokens -> logoutAddress(end, tokens.idToken(), home)));
  }

  private static URI logoutAddress(URI end, String idToken, URI home) {
    try {
      return new LogoutRequest(end, JWTParser.parse(idToken), home, null).toURI();
    } catch (ParseException e) {
      return new LogoutRequest(end).toURI();
    }
  }

  private Mono<OidcSettings> settings() {
    return configuration.current().map(OidcSettings::of);
  }

  private static LocalPath local(String target) {
    return target.isEmpty() ? LocalPath.ROOT : new LocalPath(target);
  }

  private record Asked(OidcSettings settings, LocalPath target) {}

  /**
   * A log-in that has begun.
   *
   * @param location where the browser goes
   * @param cookie what it brings back, good for {@link #PATIENCE}
   */
  public record Begun(URI location, String cookie) {
    /** Without the cookie: this may end up in a log. */
    @Override
    public String toString() {
      return "Begun[" + location.getHost() + "]";
    }
  }

  /** How a log-in ended. */
  public sealed interface Finished {
    /**
     * @param target where the browser goes
     */
    record LoggedIn(User user, String target) implements Finished {}

    /**
     * The person has no name here yet.
     *
     * @param suggestion what the provider would call them, may be empty
     * @param cookie what the browser brings along with the name that they choose
     */
    record NameNeeded(String suggestion, String cookie) implements Finished {
      /** Without the cookie: this may end up in a log. */
      @Override
      public String toString() {
        return "NameNeeded[" + suggestion + "]";
      }
    }
  }
}
