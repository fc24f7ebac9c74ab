package dev.breakwater.http.login;

import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.session.Sessions;
import dev.breakwater.http.server.Browser;
import dev.breakwater.http.server.Cookies;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** Logs browsers in and out, however their users proved who they are. */
public final class SessionStarter {
  private final Sessions sessions;

  public SessionStarter(Sessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Begins a session and sets its cookie; one that the browser had ends.
   *
   * @param caller a user, with the client's address
   */
  public Mono<Void> start(Exchange exchange, Caller caller) {
    return end(exchange, caller)
        .then(Mono.defer(() -> sessions.start(caller)))
        .doOnNext(cookie -> {
          // Other sites' links do not carry it: the portal's own requests do, and that is enough.
          Cookies.set(exchange, Browser.SESSION, cookie, "Strict");
          exchange.response().header(Browser.TOKEN, Browser.token(cookie));
        })
        .then();
  }

  /** Ends the browser's session, if it has one. */
  public Mono<Void> end(Exchange exchange, Caller caller) {
    return Mono.justOrEmpty(Cookies.find(exchange, Browser.SESSION))
        .flatMap(cookie -> sessions.end(cookie, caller));
  }
}
