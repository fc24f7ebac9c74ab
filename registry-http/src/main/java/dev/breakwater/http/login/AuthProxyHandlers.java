package dev.breakwater.http.login;

import dev.breakwater.auth.authproxy.ProxyLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** {@code /c/authproxy}: an authentication proxy sends the browser here with a token. */
public final class AuthProxyHandlers {
  private final ProxyLogin login;
  private final SessionStarter sessions;

  public AuthProxyHandlers(ProxyLogin login, SessionStarter sessions) {
    this.login = login;
    this.sessions = sessions;
  }

  public void addTo(ApiRouter router) {
    router.add("GET", "/c/authproxy/redirect", "authProxyRedirect", this::redirect);
  }

  private Mono<Void> redirect(Exchange exchange, PathParameters path) {
    String token = exchange.parameter("token").orElse("");
    if (token.isEmpty()) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "token is missing");
    }
    return login
        .loginByToken(token)
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.UNAUTHORIZED, "the authentication proxy does not know this token")))
        .flatMap(user ->
            sessions
                .start(
                    exchange,
                    Caller.of(user.principal(), Credential.SESSION).from(exchange.client().peer()))
                .thenReturn(user))
        .flatMap(_ -> {
          exchange.response().header("Location", "/").header("Cache-Control", "no-store");
          return exchange.sendEmpty(302);
        });
  }
}
