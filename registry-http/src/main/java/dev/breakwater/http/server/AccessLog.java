package dev.breakwater.http.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each answered request. Queries are left out: they may hold secrets. */
final class AccessLog {
  private static final Logger log = LoggerFactory.getLogger("dev.breakwater.access");

  private AccessLog() {}

  static void write(Exchange exchange, int status, long nanos) {
    if (!log.isInfoEnabled()) {
      return;
    }
    log.atInfo()
        .setMessage("{} {} {} {} {} bytes {} ms {}")
        .addArgument(exchange.client().peer())
        .addArgument(exchange.caller().principal().name())
        .addArgument(exchange.method() + " " + exchange.path())
        .addArgument(status)
        .addArgument(exchange.sentBytes())
        .addArgument(nanos / 1_000_000)
        .addArgument(exchange.requestId())
        .log();
  }
}
