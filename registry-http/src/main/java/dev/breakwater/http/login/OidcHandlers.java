package dev.breakwater.http.login;

import dev.breakwater.auth.oidc.OidcLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.user.User;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Browser;
import dev.breakwater.http.server.Cookies;
import dev.breakwater.http.server.Exchange;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** {@code /c/oidc}: log-in and log-out by browser at an OpenID provider. */
public final class OidcHandlers {
  private static final LoginCookie LOGIN = new LoginCookie("breakwater_oidc_login");
  private static final LoginCookie NAME = new LoginCookie("breakwater_oidc_name");
  private static final String CALLBACK = "/c/oidc/callback";

  private final OidcLogin login;
  private final SessionStarter sessions;
  private final JsonBodies bodies;
  private final Optional<URI> externalUrl;

  /**
   * @param externalUrl under which browsers know this server; empty: as they wrote it
   */
  public OidcHandlers(
      OidcLogin login, SessionStarter sessions, JsonBodies bodies, Optional<URI> externalUrl) {
    this.login = login;
    this.sessions = sessions;
    this.bodies = bodies;
    this.externalUrl = externalUrl;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", "/c/oidc/login", "oidcLogin", this::begin)
        .add("GET", CALLBACK, "oidcCallback", this::finish)
        .add("POST", "/c/oidc/onboard", "oidcOnboard", this::onboard)
        .add("GET", "/c/oidc/logout", "oidcLogout", this::logout);
  }

  private Mono<Void> begin(Exchange exchange, PathParameters path) {
    return login
        .begin(address(exchange, CALLBACK), exchange.parameter("redirect_url").orElse(""))
        .flatMap(begun -> {
          LOGIN.set(exchange, begun.cookie(), OidcLogin.PATIENCE);
          return redirect(exchange, begun.location().toString());
        });
  }

  private Mono<Void> finish(Exchange exchange, PathParameters path) {
    String cookie = LOGIN.read(exchange);
    LOGIN.remove(exchange);
    return login
        .finish(
            cookie,
            exchange.parameter("state").orElse(""),
            exchange.parameter("code").orElse(""),
            exchange.parameter("error").orElse(""))
        .flatMap(finished ->
            switch (finished) {
              case OidcLogin.Finished.LoggedIn(User user, String target) ->
                  start(exchange, user).then(Mono.defer(() -> redirect(exchange, target)));
              case OidcLogin.Finished.NameNeeded needed -> askForName(exchange, needed);
            });
  }

  private static Mono<Void> askForName(Exchange exchange, OidcLogin.Finished.NameNeeded needed) {
    NAME.set(exchange, needed.cookie(), OidcLogin.PATIENCE);
    return redirect(
        exchange,
        "/oidc-onboard?username=" + URLEncoder.encode(needed.suggestion(), StandardCharsets.UTF_8));
  }

  private Mono<Void> onboard(Exchange exchange, PathParameters path) {
    String cookie = NAME.read(exchange);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body ->
            body.get("username")
                .text()
                .orElseThrow(
                    () -> new RegistryException(ErrorCode.BAD_REQUEST, "username is missing")))
        .flatMap(username -> login.onboard(cookie, username))
        .flatMap(user -> {
          NAME.remove(exchange);
          return start(exchange, user).then(Mono.defer(() -> exchange.sendEmpty(200)));
        });
  }

  private Mono<Void> logout(Exchange exchange, PathParameters path) {
    Caller caller = exchange.caller();
    Mono<URI> there =
        caller.principal() instanceof Principal.User user
            ? login.logout(user.id(), address(exchange, "/"))
            : Mono.empty();
    return there
        .map(URI::toString)
        .defaultIfEmpty("/")
        .flatMap(target -> logout(exchange, caller, target));
  }

  private Mono<Void> logout(Exchange exchange, Caller caller, String target) {
    return sessions
        .end(exchange, caller)
        .then(
            Mono.defer(() -> {
              Cookies.remove(exchange, Browser.SESSION);
              return redirect(exchange, target);
            }));
  }

  private Mono<Void> start(Exchange exchange, User user) {
    return sessions.start(
        exchange, Caller.of(user.principal(), Credential.SESSION).from(exchange.client().peer()));
  }

  private static Mono<Void> redirect(Exchange exchange, String target) {
    exchange.response().header("Location", target).header("Cache-Control", "no-store");
    return exchange.sendEmpty(302);
  }

  private URI address(Exchange exchange, String path) {
    String base = externalUrl.map(URI::toString).orElse(exchange.client().baseUrl());
    return URI.create(base + path);
  }
}
