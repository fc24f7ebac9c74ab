package dev.breakwater.auth.oidc;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.breakwater.auth.login.BearerLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.oidc.OidcUsers;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.user.User;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;

/**
 * The provider's ID token as a bearer of the management API, for users who have logged in by
 * browser once. It must be meant for us: its audience is our client.
 */
public final class IdTokenLogin implements BearerLogin {
  private final ConfigurationSource configuration;
  private final OidcProvider provider;
  private final OidcUsers users;
  private final OidcOnboarding onboarding;

  /**
   * The issuer in use as the settings were last known; empty: none. Only for {@link #recognises}.
   */
  private volatile String issuer = "";

  public IdTokenLogin(
      ConfigurationSource configuration,
      OidcProvider provider,
      OidcUsers users,
      OidcOnboarding onboarding) {
    this.configuration = configuration;
    this.provider = provider;
    this.users = users;
    this.onboarding = onboarding;
  }

  /** Whether the token says that the provider in use made it. Nothing is believed by that. */
  @Override
  public boolean recognises(String token) {
    String current = issuerInUse();
    return !current.isEmpty() && current.equals(claimedIssuer(token));
  }

  /** As far as it is known without waiting: settings that have to be read are read for the next. */
  private String issuerInUse() {
    CompletableFuture<Configuration> known = configuration.current().toFuture();
    if (known.isDone() && !known.isCompletedExceptionally()) {
      Configuration current = known.join();
      issuer = OidcSettings.isOn(current) ? current.text(ConfigurationItem.OIDC_ENDPOINT) : "";
    }
    return issuer;
  }

  @Override
  public Mono<Caller> login(String token) {
    return configuration
        .current()
        .filter(OidcSettings::isOn)
        .map(OidcSettings::of)
        .switchIfEmpty(Mono.error(() -> refused("no OpenID provider is in use")))
        .flatMap(settings -> login(settings, token))
        .map(user -> Caller.of(user.principal(), Credential.ID_TOKEN));
  }

  private Mono<User> login(OidcSettings settings, String token) {
    return provider
        .of(settings)
        .flatMap(found ->
            provider
                .idTokens()
                .verify(settings, found, token, null)
                .flatMap(claims -> user(settings, found, claims)))
        .switchIfEmpty(
            Mono.error(() -> refused("its user has not logged in by browser here before")));
  }

  /** Groups count anew where the token has them; else those of the last log-in go on to count. */
  private Mono<User> user(OidcSettings settings, Provider found, JWTClaimsSet claims) {
    OidcPerson person =
        PersonClaims.person(
            settings, found.issuer(), claims.getSubject(), claims.getClaims(), Map.of());
    boolean hasGroups =
        !settings.groupsClaim().isEmpty() && claims.getClaim(settings.groupsClaim()) != null;
    return users
        .findBySubject(found.issuer(), claims.getSubject())
        .flatMap(user ->
            hasGroups ? onboarding.refresh(user.userId(), person) : onboarding.find(user.userId()));
  }

  private static String claimedIssuer(String token) {
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.length() > IdTokens.MAX_LENGTH) {
      return "";
    }
    try {
      return Json.parse(new Base64URL(token.substring(first + 1, second)).decode())
          .get("iss")
          .text()
          .orElse("");
    } catch (JsonException e) {
      return "";
    }
  }

  private static RegistryException refused(String reason) {
    return new RegistryException(
        ErrorCode.UNAUTHORIZED, "the bearer token is not accepted: " + reason);
  }
}
