package dev.breakwater.http.server;

import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;

/**
 * Closes connections after the request that they carry, once this replica is about to stop: a load
 * balancer's kept connections run out before they are cut.
 */
public final class Draining implements Admission {
  private final Admission next;
  private final BooleanSupplier stopping;

  public Draining(Admission next, BooleanSupplier stopping) {
    this.next = next;
    this.stopping = stopping;
  }

  @Override
  public Mono<Void> admit(Exchange exchange) {
    if (stopping.getAsBoolean() && !exchange.isHttp2()) {
      exchange.response().keepAlive(false);
    }
    return next.admit(exchange);
  }
}
