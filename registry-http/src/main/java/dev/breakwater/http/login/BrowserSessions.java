package dev.breakwater.http.login;

import dev.breakwater.core.user.User;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** Sessions of browsers, as far as log-ins at other systems need them. */
public interface BrowserSessions {
  /** Begins a session of the user: sets its cookie, and tells the audit log. */
  Mono<Void> begin(Exchange exchange, User user);

  /** The number of the user whose session the request carries; empty if it carries none. */
  Mono<Long> user(Exchange exchange);

  /** Ends the session that the request carries, if it does, and removes its cookie. */
  Mono<Void> end(Exchange exchange);
}
