package dev.breakwater.http.login;

import dev.breakwater.auth.user.LocalLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.session.Sessions;
import dev.breakwater.http.server.Authentication;
import dev.breakwater.http.server.Browser;
import dev.breakwater.http.server.Cookies;
import dev.breakwater.http.server.Exchange;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Finds out who is calling the management API or {@code /c/}: by the Authorization header, else by
 * the cookie of a session. Requests of browsers that change something need their CSRF token.
 */
public final class BrowserAuthentication implements Authentication {
  private static final String NO_RENEWAL = "X-Harbor-No-Session-Renewal";

  private final HeaderAuthentication headers;
  private final Sessions sessions;
  private final LocalLogin users;
  private final boolean tokenAlways;

  /**
   * @param tokenAlways whether also programs, which have no cookie, need a CSRF token to change
   *     something
   */
  public BrowserAuthentication(
      HeaderAuthentication headers, Sessions sessions, LocalLogin users, boolean tokenAlways) {
    this.headers = headers;
    this.sessions = sessions;
    this.users = users;
    this.tokenAlways = tokenAlways;
  }

  @Override
  public Mono<Caller> authenticate(Exchange exchange) {
    return Mono.defer(() -> {
      Browser.requireToken(exchange, tokenAlways);
      boolean header = exchange.header("Authorization").isPresent();
      Optional<String> session = Cookies.find(exchange, Browser.SESSION);
      if (Browser.isSafe(exchange) && (!header || session.isPresent())) {
        Browser.handOut(exchange);
      }
      return header || session.isEmpty()
          ? headers.authenticate(exchange).doOnNext(caller -> requirePlace(exchange, caller))
          : bySession(exchange, session.get());
    });
  }

  private Mono<Caller> bySession(Exchange exchange, String cookie) {
    boolean renew =
        !exchange.header(NO_RENEWAL).map(value -> value.equalsIgnoreCase("true")).orElse(false);
    return sessions
        .find(cookie, renew)
        .flatMap(users::find)
        .map(user -> Caller.of(user, Credential.SESSION))
        .defaultIfEmpty(Caller.ANONYMOUS)
        .map(caller -> caller.from(exchange.client().peer()));
  }

  private static void requirePlace(Exchange exchange, Caller caller) {
    if (caller.credential() == Credential.CLI_SECRET
        && !CliSecretPlaces.include(exchange.method().name(), exchange.path())) {
      throw new RegistryException(
          ErrorCode.UNAUTHORIZED, "the CLI secret is not good for this; log in by browser");
    }
  }
}
