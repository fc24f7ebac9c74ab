package dev.breakwater.http.login;

import dev.breakwater.auth.login.Authenticator;
import dev.breakwater.auth.user.LocalLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.session.Sessions;
import dev.breakwater.core.user.RegisterUser;
import dev.breakwater.core.user.UserSource;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Browser;
import dev.breakwater.http.server.Cookies;
import dev.breakwater.http.server.Exchange;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /c/login}, {@code /c/log_out} and {@code /c/userExists}, which browsers use. */
public final class LoginOperations {
  private final Authenticator authenticator;
  private final LocalLogin users;
  private final RegisterUser accounts;
  private final Sessions sessions;
  private final SessionStarter starter;
  private final Forms forms;

  public LoginOperations(
      Authenticator authenticator,
      LocalLogin users,
      RegisterUser accounts,
      Sessions sessions,
      Forms forms) {
    this.authenticator = authenticator;
    this.users = users;
    this.accounts = accounts;
    this.sessions = sessions;
    this.starter = new SessionStarter(sessions);
    this.forms = forms;
  }

  public void addTo(ApiRouter router) {
    router
        .add("POST", "/c/login", "login", this::login)
        .add("GET", "/c/log_out", "logout", this::logout)
        .add("POST", "/c/userExists", "userExists", this::userExists);
  }

  private Mono<Void> login(Exchange exchange, PathParameters path) {
    return forms
        .read(exchange)
        .flatMap(form -> login(exchange, form.text("principal"), form.text("password")));
  }

  private Mono<Void> login(Exchange exchange, String username, String password) {
    return isOfProvider(username)
        .flatMap(elsewhere ->
            elsewhere
                ? redirect(exchange, "/c/oidc/login")
                : person(exchange, username, password)
                    .flatMap(caller -> starter.start(exchange, caller))
                    .then(Mono.defer(() -> exchange.sendEmpty(200))));
  }

  private Mono<Caller> person(Exchange exchange, String username, String password) {
    String address = exchange.client().peer();
    return authenticator
        .login(username, password, address)
        .filter(caller -> caller.principal() instanceof Principal.User)
        .switchIfEmpty(Mono.error(LocalLogin::wrong))
        .map(caller -> caller.from(address))
        .onErrorResume(RegistryException.class, error -> refused(username, address, error));
  }

  private Mono<Caller> refused(String username, String address, RegistryException error) {
    return error.code() == ErrorCode.UNAUTHORIZED
        ? sessions.failed(username, address).then(Mono.error(error))
        : Mono.error(error);
  }

  /** The provider's users are logged out there, too: by then the session must still be there. */
  private Mono<Void> logout(Exchange exchange, PathParameters path) {
    Caller caller = exchange.caller();
    return isOfProvider(caller.isAnonymous() ? "" : caller.principal().name())
        .flatMap(elsewhere ->
            elsewhere ? redirect(exchange, "/c/oidc/logout") : logout(exchange, caller));
  }

  private Mono<Void> logout(Exchange exchange, Caller caller) {
    return starter
        .end(exchange, caller)
        .then(
            Mono.defer(() -> {
              Cookies.remove(exchange, Browser.SESSION);
              return exchange.sendEmpty(200);
            }));
  }

  private Mono<Void> userExists(Exchange exchange, PathParameters path) {
    return forms
        .read(exchange)
        .flatMap(
            form -> accounts.exists(exchange.caller(), form.text("target"), form.text("value")))
        .flatMap(exists -> ApiAnswers.json(exchange, 200, exists));
  }

  private Mono<Boolean> isOfProvider(String username) {
    return username.isEmpty() || username.length() > 255
        ? Mono.just(false)
        : users
            .credentials(username)
            .map(found -> found.map(row -> row.user().source() == UserSource.OIDC).orElse(false));
  }

  private static Mono<Void> redirect(Exchange exchange, String path) {
    return ApiAnswers.json(
        exchange, 403, Map.of("redirect_location", exchange.client().baseUrl() + path));
  }
}
