package dev.breakwater.http.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request. Queries are left out: they may hold secrets. */
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

  /** The line of a request that could not be read: who it is from is all that is known of it. */
  static void writeRefused(String peer, int status, int sentBytes, String requestId, String why) {
    log.info("{} - refused {} {} bytes 0 ms {}: {}", peer, status, sentBytes, requestId, why);
  }
}
