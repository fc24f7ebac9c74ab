package dev.breakwater.http.login;

import dev.breakwater.auth.login.Authenticator;
import dev.breakwater.auth.login.Door;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.http.server.Authentication;
import dev.breakwater.http.server.Exchange;
import io.netty.handler.codec.http.HttpHeaderNames;
import reactor.core.publisher.Mono;

/** Finds out who is calling by the Authorization header alone. */
public final class HeaderAuthentication implements Authentication {
  private final Authenticator authenticator;
  private final Door door;

  public HeaderAuthentication(Authenticator authenticator, Door door) {
    this.authenticator = authenticator;
    this.door = door;
  }

  @Override
  public Mono<Caller> authenticate(Exchange exchange) {
    String address = exchange.client().peer();
    return authenticator
        .authenticate(
            exchange.request().requestHeaders().get(HttpHeaderNames.AUTHORIZATION), door, address)
        .map(caller -> caller.from(address));
  }
}
